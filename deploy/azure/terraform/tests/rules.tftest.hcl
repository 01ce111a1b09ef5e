# Who may reach whom, without an account: terraform test
mock_provider "azurerm" {}

variables {
  ssh_public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm test"
  ssh_allowed    = ["203.0.113.7/32"]
  domain         = "example.org"
}

run "the_database_is_reached_from_the_back_end_only" {
  command = plan
  assert {
    condition     = azurerm_network_security_rule.allow["database-mysql"].source_address_prefixes == toset(["10.20.0.10"])
    error_message = "port 3306 is open to others than the back end"
  }
  assert {
    condition     = alltrue([for key, rule in azurerm_network_security_rule.allow : rule.source_address_prefix != "Internet" || rule.destination_port_ranges == toset(["80", "443"])])
    error_message = "the internet may reach more than 80 and 443"
  }
  assert {
    condition     = length(azurerm_network_security_rule.deny) == 3
    error_message = "each server denies what is not allowed"
  }
}

run "ssh_is_not_for_everybody" {
  command = plan
  variables {
    ssh_allowed = ["0.0.0.0/0"]
  }
  expect_failures = [var.ssh_allowed]
}
