terraform {
  required_version = ">= 1.9"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.40"
    }
  }
  # Where the state is, comes from outside: terraform init -backend-config=state.tfbackend (docs/deployment.md). It holds
  # addresses and names, no secret.
  backend "azurerm" {}
}

provider "azurerm" {
  features {}
}
