/** SPI: where publications outlive the process. {@link dev.relay.journal.Journal} numbers the rules. */
package dev.relay.journal;
