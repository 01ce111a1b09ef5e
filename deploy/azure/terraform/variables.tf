variable "name" {
  description = "Prefix of all resources"
  type        = string
  default     = "relay"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "name is 2 to 21 of a-z, 0-9 and -, beginning with a letter."
  }
}

variable "location" {
  description = "Azure region"
  type        = string
  default     = "westeurope"
}

variable "ssh_public_key" {
  description = "OpenSSH public key of whoever runs Ansible"
  type        = string
  validation {
    condition     = can(regex("^(ssh-ed25519|ssh-rsa|ecdsa-sha2-)", var.ssh_public_key))
    error_message = "ssh_public_key is the text of an OpenSSH public key, such as ssh-ed25519 AAAA…"
  }
}

variable "ssh_allowed" {
  description = "Networks that may use SSH. Nobody else can."
  type        = list(string)
  validation {
    condition     = length(var.ssh_allowed) > 0 && alltrue([for n in var.ssh_allowed : can(cidrhost(n, 0)) && n != "0.0.0.0/0"])
    error_message = "ssh_allowed is a list of networks such as 203.0.113.7/32; 0.0.0.0/0 is none."
  }
}

variable "domain" {
  description = "DNS zone: the back end is relay.<domain>, monitoring is grafana.<domain>"
  type        = string
}

variable "sizes" {
  description = "Virtual machine sizes"
  type        = map(string)
  default = {
    backend    = "Standard_D2as_v5"
    database   = "Standard_E2as_v5"
    monitoring = "Standard_B2s"
  }
}

variable "database_disk_gb" {
  description = "Data disk of the database"
  type        = number
  default     = 128
}
