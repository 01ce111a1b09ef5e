terraform {
  required_version = ">= 1.9"
  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.60"
    }
    vercel = {
      source  = "vercel/vercel"
      version = "~> 3.0"
    }
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.0"
    }
  }
  # State with a lock, versioned and encrypted: it holds the database's password and everything in var.environment.
  # terraform init -backend-config=state.tfbackend (docs/deployment.md)
  backend "s3" {}
}

# Tokens come from the environment: DIGITALOCEAN_TOKEN, VERCEL_API_TOKEN, CLOUDFLARE_API_TOKEN
provider "digitalocean" {}
provider "vercel" {}
provider "cloudflare" {}
