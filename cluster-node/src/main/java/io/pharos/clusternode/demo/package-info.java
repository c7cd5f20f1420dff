/** The demo: owns the processes a first-time user needs and says where to look. No part of a real node. */
@NullMarked
package io.pharos.clusternode.demo;

import org.jspecify.annotations.NullMarked;
