/** How state is recorded: the event-sourced child, the parent's five-second patience and the local spool. No meaning of events here. */
@NullMarked
package io.pharos.alerting.journal;

import org.jspecify.annotations.NullMarked;
