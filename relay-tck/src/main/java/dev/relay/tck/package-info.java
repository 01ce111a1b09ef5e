/** Contract tests for those who implement an SPI of Relay. */
package dev.relay.tck;
