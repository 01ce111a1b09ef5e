# Three servers in one network: back end, database, monitoring. Who may talk to whom is in local.rules, and nowhere else.

locals {
  network = "10.20.0.0/24"
  servers = {
    backend    = { address = "10.20.0.10" }
    database   = { address = "10.20.0.20" }
    monitoring = { address = "10.20.0.30" }
  }

  # server → rule → who may reach which ports. Everything else from the network and the internet is denied below.
  rules = {
    backend = {
      web      = { from = ["Internet"], ports = ["80", "443"] } # 80 answers ACME and redirects
      ssh      = { from = var.ssh_allowed, ports = ["22"] }
      exporter = { from = [local.servers.monitoring.address], ports = ["8001", "9100"] }
    }
    database = {
      mysql    = { from = [local.servers.backend.address], ports = ["3306"] }
      ssh      = { from = var.ssh_allowed, ports = ["22"] }
      exporter = { from = [local.servers.monitoring.address], ports = ["9100", "9104"] }
    }
    monitoring = {
      web = { from = ["Internet"], ports = ["80", "443"] }
      ssh = { from = var.ssh_allowed, ports = ["22"] }
    }
  }

  rule_list = flatten([
    for server, rules in local.rules : [
      for index, name in sort(keys(rules)) : {
        key      = "${server}-${name}"
        server   = server
        name     = name
        priority = 100 + 10 * index
        from     = rules[name].from
        ports    = rules[name].ports
      }
    ]
  ])
}

resource "azurerm_resource_group" "this" {
  name     = var.name
  location = var.location
}

resource "azurerm_virtual_network" "this" {
  name                = var.name
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  address_space       = [local.network]
}

resource "azurerm_subnet" "this" {
  name                 = "servers"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = [local.network]
}

resource "azurerm_network_security_group" "server" {
  for_each            = local.servers
  name                = "${var.name}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
}

resource "azurerm_network_security_rule" "allow" {
  for_each                    = { for rule in local.rule_list : rule.key => rule }
  name                        = each.value.name
  resource_group_name         = azurerm_resource_group.this.name
  network_security_group_name = azurerm_network_security_group.server[each.value.server].name
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  priority                    = each.value.priority
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_ranges     = each.value.ports
  # a service tag has to stand alone
  source_address_prefix   = each.value.from == ["Internet"] ? "Internet" : null
  source_address_prefixes = each.value.from == ["Internet"] ? null : each.value.from
}

# Azure's own rules would let everything within the network through
resource "azurerm_network_security_rule" "deny" {
  for_each                    = local.servers
  name                        = "deny-others"
  resource_group_name         = azurerm_resource_group.this.name
  network_security_group_name = azurerm_network_security_group.server[each.key].name
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "*"
  priority                    = 4000
  source_port_range           = "*"
  source_address_prefix       = "*"
  destination_port_range      = "*"
  destination_address_prefix  = "*"
}

resource "azurerm_public_ip" "server" {
  for_each            = local.servers
  name                = "${var.name}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  allocation_method   = "Static"
  sku                 = "Standard"
}

resource "azurerm_network_interface" "server" {
  for_each            = local.servers
  name                = "${var.name}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  ip_configuration {
    name                          = "main"
    subnet_id                     = azurerm_subnet.this.id
    private_ip_address_allocation = "Static"
    private_ip_address            = each.value.address
    public_ip_address_id          = azurerm_public_ip.server[each.key].id
  }
}

resource "azurerm_network_interface_security_group_association" "server" {
  for_each                  = local.servers
  network_interface_id      = azurerm_network_interface.server[each.key].id
  network_security_group_id = azurerm_network_security_group.server[each.key].id
}

resource "azurerm_linux_virtual_machine" "server" {
  for_each              = local.servers
  name                  = "${var.name}-${each.key}"
  resource_group_name   = azurerm_resource_group.this.name
  location              = azurerm_resource_group.this.location
  size                  = var.sizes[each.key]
  admin_username        = "relay"
  network_interface_ids = [azurerm_network_interface.server[each.key].id]
  # no machine without its rules
  depends_on                      = [azurerm_network_interface_security_group_association.server, azurerm_network_security_rule.deny]
  disable_password_authentication = true
  admin_ssh_key {
    username   = "relay"
    public_key = var.ssh_public_key
  }
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }
  lifecycle {
    # a newer image is no reason to replace a server with its data
    ignore_changes = [source_image_reference]
  }
}

resource "azurerm_managed_disk" "database" {
  name                 = "${var.name}-database-data"
  resource_group_name  = azurerm_resource_group.this.name
  location             = azurerm_resource_group.this.location
  storage_account_type = "Premium_LRS"
  create_option        = "Empty"
  disk_size_gb         = var.database_disk_gb
  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_virtual_machine_data_disk_attachment" "database" {
  managed_disk_id    = azurerm_managed_disk.database.id
  virtual_machine_id = azurerm_linux_virtual_machine.server["database"].id
  lun                = 0
  # the host cache would acknowledge what is not on the disk
  caching = "None"
}
