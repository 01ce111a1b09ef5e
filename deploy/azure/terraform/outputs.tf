output "addresses" {
  description = "Public addresses, for the DNS records relay.<domain> and grafana.<domain>"
  value       = { for name, ip in azurerm_public_ip.server : name => ip.ip_address }
}

output "inventory" {
  description = "Ansible's inventory: terraform output -raw inventory > ../ansible/inventory.json"
  value = jsonencode({
    all = {
      vars = { domain = var.domain }
      children = {
        for name, server in local.servers : name => {
          hosts = {
            "${var.name}-${name}" = {
              ansible_host    = azurerm_public_ip.server[name].ip_address
              ansible_user    = "relay"
              private_address = server.address
            }
          }
        }
      }
    }
  })
}
