output "clients" {
  value = "wss://${local.host}/connection/websocket"
}

output "console" {
  value = "https://${local.console}/"
}

output "deploy_hook" {
  description = "DEPLOY_WEBHOOK_URL of the pipeline"
  value       = "https://${local.host}/hooks/relay"
}
