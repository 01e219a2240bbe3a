/** Files: safetensors, model directories, JSON, pictures. */
@NullMarked
package org.clusca.io;

import org.jspecify.annotations.NullMarked;
