/** The nodes' logs. Nothing about owners or fences is decided here. */
@NullMarked
package io.pharos.persistence.log;

import org.jspecify.annotations.NullMarked;
