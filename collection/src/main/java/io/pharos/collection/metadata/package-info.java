/** What is known about metrics beside their samples: type, help, unit. */
@NullMarked
package io.pharos.collection.metadata;

import org.jspecify.annotations.NullMarked;
