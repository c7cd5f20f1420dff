/** What nodes tell each other for status pages, and how one node makes the whole picture of it. No HTTP and no wiring here. */
@NullMarked
package io.pharos.clusternode.status;

import org.jspecify.annotations.NullMarked;
