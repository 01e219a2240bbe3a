/** Files: safetensors, model directories, JSON, pictures, videos. */
@NullMarked
package org.clusca.io;

import org.jspecify.annotations.NullMarked;
