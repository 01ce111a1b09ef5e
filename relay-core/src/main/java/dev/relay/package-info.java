/** What an application touches: the running engine, its options, what it is given and what it is told. */
package dev.relay;
