/** The subcommand {@code journal}: looks into a journal, carries it elsewhere, deletes from it. One thread. */
@NullMarked
package dev.relay.standalone.journal;

import org.jspecify.annotations.NullMarked;
