/** Who may call: the shared token of a cluster. What a caller may do is not decided here. */
@NullMarked
package io.pharos.httpapi.security;

import org.jspecify.annotations.NullMarked;
