/** The keyspaces and tables, and how they are created. No statement that reads or writes rows is here. */
@NullMarked
package io.pharos.persistence.schema;

import org.jspecify.annotations.NullMarked;
