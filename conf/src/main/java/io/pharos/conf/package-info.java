/** The configuration files users edit and the strict readers of HOCON and YAML. What a setting means is known by the module that reads it. */
@NullMarked
package io.pharos.conf;

import org.jspecify.annotations.NullMarked;
