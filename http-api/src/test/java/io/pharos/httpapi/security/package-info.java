@NullMarked
package io.pharos.httpapi.security;

import org.jspecify.annotations.NullMarked;
