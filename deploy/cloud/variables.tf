variable "domain" {
  description = "Zone at Cloudflare: Relay is relay.<domain>, the console console.<domain>"
  type        = string
}

variable "cloudflare_zone_id" {
  description = "Its id"
  type        = string
}

variable "region" {
  description = "DigitalOcean region of server and database"
  type        = string
  default     = "fra1"
}

variable "image" {
  description = "Relay's image for the first start, by digest. Later ones come with the pipeline's webhook."
  type        = string
  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image is name@sha256:…"
  }
}

variable "environment" {
  description = "Relay's options and secrets as variables, all of them, in one place: token_hmac_secret, api_key, admin_password, metrics_key … without RELAY_"
  type        = map(string)
  sensitive   = true
  validation {
    condition     = alltrue([for key in ["token_hmac_secret", "api_key", "admin_password"] : length(lookup(var.environment, key, "")) >= 16])
    error_message = "environment needs token_hmac_secret, api_key and admin_password, of 16 characters or more."
  }
}

variable "deploy_hook_secret" {
  description = "What the pipeline signs its webhook with (DEPLOY_HOOK_SECRET there)"
  type        = string
  sensitive   = true
  validation {
    condition     = length(var.deploy_hook_secret) >= 32
    error_message = "deploy_hook_secret has 32 characters or more."
  }
}

variable "acme_email" {
  description = "Whom the certificate authority writes to"
  type        = string
}

variable "ssh_key_fingerprints" {
  description = "SSH keys at DigitalOcean that may log in"
  type        = list(string)
}

variable "ssh_allowed" {
  description = "Networks that may use SSH"
  type        = list(string)
}

variable "console_directory" {
  description = "The console as static files, as the script console leaves it"
  type        = string
  default     = "console.dist"
}

variable "droplet_size" {
  type    = string
  default = "s-2vcpu-2gb"
}

variable "database_size" {
  type    = string
  default = "db-s-1vcpu-2gb"
}
