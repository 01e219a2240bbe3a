/**
 * Text to token ids. The only package that knows the tokenizers' native library. Part of the
 * toolkit for model adapters: its public types are kept as stable as {@code clusca-api}.
 */
@NullMarked
package org.clusca.tokenize;

import org.jspecify.annotations.NullMarked;
