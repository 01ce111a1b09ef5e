# Server and managed MySQL at DigitalOcean, the console as a static site at Vercel, names at Cloudflare.

locals {
  host    = "relay.${var.domain}"
  console = "console.${var.domain}"
  database_options = {
    database_url = join("", [
      "jdbc:mysql://${digitalocean_database_cluster.relay.private_host}:${digitalocean_database_cluster.relay.port}/${digitalocean_database_db.relay.name}",
      "?sslMode=VERIFY_CA&trustCertificateKeyStoreUrl=file:/etc/relay/truststore.p12",
      "&trustCertificateKeyStoreType=PKCS12&trustCertificateKeyStorePassword=changeit",
    ])
    database_user     = digitalocean_database_user.relay.name
    database_password = digitalocean_database_user.relay.password
  }
  options = merge(
    {
      allowed_origins  = "https://*.${var.domain}"
      console_origins  = "https://${local.console}"
      console_endpoint = "wss://${local.host}/connection/websocket"
      trusted_proxies  = "172.31.240.0/24"
    },
    var.environment,
    local.database_options,
  )
}

# ── server ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

# the spool and the node's name outlive the server
resource "digitalocean_volume" "relay" {
  name                    = "relay"
  region                  = var.region
  size                    = 10
  initial_filesystem_type = "ext4"
  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_droplet" "relay" {
  name       = local.host
  region     = var.region
  size       = var.droplet_size
  image      = "ubuntu-24-04-x64"
  ssh_keys   = var.ssh_key_fingerprints
  volume_ids = [digitalocean_volume.relay.id]
  monitoring = true
  user_data = templatefile("${path.module}/host/cloud-init.yaml.tftpl", {
    image       = var.image
    environment = join("\n", [for key, value in local.options : "RELAY_${upper(key)}=${value}"])
    files = {
      "/opt/relay/compose.yaml"              = file("${path.module}/host/compose.yaml")
      "/opt/relay/redeploy"                  = file("${path.module}/host/redeploy")
      "/opt/relay/hooks.json"                = file("${path.module}/host/hooks.json")
      "/opt/relay/traefik/traefik.yaml"      = templatefile("${path.module}/host/traefik.yaml.tftpl", { email = var.acme_email })
      "/opt/relay/traefik/dynamic/hook.yaml" = file("${path.module}/host/hook.yaml")
      # the same routes as everywhere
      "/opt/relay/traefik/dynamic/relay.yaml"                  = file("${path.module}/../proxies/traefik/dynamic/relay.yaml")
      "/etc/relay/database-ca.pem"                             = data.digitalocean_database_ca.relay.certificate
      "/opt/relay/.env"                                        = "RELAY_DOMAIN=${local.host}\n"
      "/etc/systemd/system/webhook.service.d/environment.conf" = "[Service]\nEnvironment=HOOK_SECRET=${var.deploy_hook_secret}\nExecStart=\nExecStart=/usr/bin/webhook -hooks /opt/relay/hooks.json -template -ip 172.31.240.1 -port 9000 -verbose\nRestart=always\nRestartSec=5\n"
    }
  })
  lifecycle {
    # a changed option would replace the server; the pipeline and `redeploy` change it in place (docs/deployment.md)
    ignore_changes = [user_data]
  }
}

resource "digitalocean_firewall" "relay" {
  name        = "relay"
  droplet_ids = [digitalocean_droplet.relay.id]
  inbound_rule {
    protocol         = "tcp"
    port_range       = "80"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }
  inbound_rule {
    protocol         = "tcp"
    port_range       = "443"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }
  inbound_rule {
    protocol         = "tcp"
    port_range       = "22"
    source_addresses = var.ssh_allowed
  }
  outbound_rule {
    protocol              = "tcp"
    port_range            = "1-65535"
    destination_addresses = ["0.0.0.0/0", "::/0"]
  }
  outbound_rule {
    protocol              = "udp"
    port_range            = "53"
    destination_addresses = ["0.0.0.0/0", "::/0"]
  }
}

# ── database ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

resource "digitalocean_database_cluster" "relay" {
  name       = "relay"
  engine     = "mysql"
  version    = "8"
  size       = var.database_size
  region     = var.region
  node_count = 1
  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_database_db" "relay" {
  cluster_id = digitalocean_database_cluster.relay.id
  name       = "relay"
}

resource "digitalocean_database_user" "relay" {
  cluster_id = digitalocean_database_cluster.relay.id
  name       = "relay"
}

resource "digitalocean_database_firewall" "relay" {
  cluster_id = digitalocean_database_cluster.relay.id
  rule {
    type  = "droplet"
    value = digitalocean_droplet.relay.id
  }
}

data "digitalocean_database_ca" "relay" {
  cluster_id = digitalocean_database_cluster.relay.id
}

# ── console ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

resource "vercel_project" "console" {
  name = "relay-console"
}

data "vercel_project_directory" "console" {
  path = var.console_directory
}

resource "vercel_deployment" "console" {
  project_id  = vercel_project.console.id
  production  = true
  files       = data.vercel_project_directory.console.files
  path_prefix = var.console_directory
}

resource "vercel_project_domain" "console" {
  project_id = vercel_project.console.id
  domain     = local.console
}

# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

resource "cloudflare_dns_record" "host" {
  zone_id = var.cloudflare_zone_id
  name    = "host.${var.domain}"
  type    = "A"
  content = digitalocean_droplet.relay.ipv4_address
  ttl     = 300
  proxied = false
}

resource "cloudflare_dns_record" "relay" {
  zone_id = var.cloudflare_zone_id
  name    = local.host
  type    = "CNAME"
  content = "host.${var.domain}"
  ttl     = 300
  # true works as well: Cloudflare passes WebSockets on and closes them after 100 s of silence, four pings
  proxied = false
}

resource "cloudflare_dns_record" "console" {
  zone_id = var.cloudflare_zone_id
  name    = local.console
  type    = "CNAME"
  content = "cname.vercel-dns.com"
  ttl     = 300
  proxied = false
}

# ── who is told ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

# One message for each service that came up or was replaced. The address is a secret and stays in the environment of whoever
# runs this (DISCORD_WEBHOOK_URL), so that it is not in the state.
resource "terraform_data" "announcement" {
  for_each = {
    server   = digitalocean_droplet.relay.id
    database = digitalocean_database_cluster.relay.id
    console  = vercel_deployment.console.id
    names    = join(" ", [cloudflare_dns_record.relay.id, cloudflare_dns_record.console.id])
  }
  triggers_replace = each.value
  provisioner "local-exec" {
    command     = <<-EOT
      [ -z "$DISCORD_WEBHOOK_URL" ] || curl --fail --silent --show-error --max-time 10 -H 'Content-Type: application/json' \
        -d "{\"content\":\"Relay: $SERVICE is up ($DOMAIN)\"}" "$DISCORD_WEBHOOK_URL"
    EOT
    environment = { SERVICE = each.key, DOMAIN = var.domain }
    # a message that is not delivered is no reason to fail
    on_failure = continue
  }
}
