# Relay on Nomad, with Consul for names and health and Vault for secrets.
#
#   nomad job run -var image=registry.example.org/relay@sha256:… relay.nomad.hcl
#
# Vault (kv-v2): secret/relay with token_hmac_secret, api_key, admin_password, metrics_key and database_password; a role for the
# workload identity of this job that may read it. The spool is in a host volume named relay: the allocation stays where it is.
variable "image" {
  type        = string
  description = "Relay's image, by digest"
}

variable "database_url" {
  type        = string
  description = "jdbc:mysql://…; empty keeps the journal in SQLite, in the volume"
  default     = ""
}

variable "datacenters" {
  type    = list(string)
  default = ["dc1"]
}

variable "trusted_proxies" {
  type        = string
  description = "networks of the proxies in front"
  default     = "10.0.0.0/8"
}

variable "allowed_origins" {
  type    = string
  default = "https://app.example.org"
}

job "relay" {
  datacenters = var.datacenters
  type        = "service"

  # One engine owns a journal: the old one leaves before the new one comes. SDKs bridge the seconds between.
  update {
    max_parallel     = 1
    health_check     = "checks"
    min_healthy_time = "5s"
    healthy_deadline = "2m"
    auto_revert      = true
  }

  group "relay" {
    count = 1

    network {
      port "clients" {
        to = 8000
      }
      port "http" {
        to = 8001
      }
    }

    volume "data" {
      type            = "host"
      source          = "relay"
      access_mode     = "single-node-writer"
      attachment_mode = "file-system"
    }

    restart {
      attempts = 5
      interval = "5m"
      delay    = "5s"
      mode     = "delay"
    }

    service {
      name = "relay-clients"
      port = "clients"
      tags = [
        "traefik.enable=true",
        "traefik.http.routers.relay-clients.rule=Path(`/connection/websocket`)",
        "traefik.http.routers.relay-clients.tls=true",
      ]
      check {
        name     = "ready"
        type     = "http"
        port     = "http"
        path     = "/health/ready"
        interval = "5s"
        timeout  = "3s"
      }
    }

    service {
      name = "relay-http"
      port = "http"
      check {
        name     = "live"
        type     = "http"
        path     = "/health/live"
        interval = "10s"
        timeout  = "3s"
        check_restart {
          limit = 3
          grace = "30s"
        }
      }
    }

    task "relay" {
      driver       = "docker"
      kill_signal  = "SIGTERM"
      kill_timeout = "20s" # longer than drain_window and shutdown_timeout together
      user         = "10001:10001"

      config {
        image           = var.image
        ports           = ["clients", "http"]
        readonly_rootfs = true
        cap_drop        = ["all"]
        security_opt    = ["no-new-privileges"]
        ulimit {
          nofile = "20000:20000"
        }
      }

      volume_mount {
        volume      = "data"
        destination = "/data"
      }

      vault {
        role = "relay"
      }

      # Vault renews nothing here: a changed secret is a new start
      template {
        destination = "secrets/relay.env"
        env         = true
        change_mode = "restart"
        data        = <<-EOT
          {{ with secret "secret/data/relay" }}
          RELAY_TOKEN_HMAC_SECRET={{ .Data.data.token_hmac_secret | toJSON }}
          RELAY_API_KEY={{ .Data.data.api_key | toJSON }}
          RELAY_ADMIN_PASSWORD={{ .Data.data.admin_password | toJSON }}
          RELAY_METRICS_KEY={{ .Data.data.metrics_key | toJSON }}
          {{ if env "NOMAD_META_database_url" }}
          RELAY_DATABASE_URL={{ env "NOMAD_META_database_url" }}
          RELAY_DATABASE_USER=relay
          RELAY_DATABASE_PASSWORD={{ .Data.data.database_password | toJSON }}
          {{ end }}
          {{ end }}
        EOT
      }

      meta {
        database_url = var.database_url
      }

      env {
        RELAY_TRUSTED_PROXIES  = var.trusted_proxies
        RELAY_ALLOWED_ORIGINS  = var.allowed_origins
        RELAY_CONSOLE_ENDPOINT = "/connection/websocket"
      }

      resources {
        cpu    = 500
        memory = 512
      }
    }
  }
}
