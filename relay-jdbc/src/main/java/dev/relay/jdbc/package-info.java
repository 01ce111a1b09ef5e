/** The journal in SQL. */
package dev.relay.jdbc;
