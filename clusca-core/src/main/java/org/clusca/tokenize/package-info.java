/** Text to token ids. The only package that knows the tokenizers' native library. */
@NullMarked
package org.clusca.tokenize;

import org.jspecify.annotations.NullMarked;
