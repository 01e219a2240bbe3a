/** Errors, options and tensors that every service interface shares. */
@NullMarked
package org.clusca.api;

import org.jspecify.annotations.NullMarked;
