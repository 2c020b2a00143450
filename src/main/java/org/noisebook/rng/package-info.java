/** Named random streams: each depends only on seed, replica and name, not on the thread or on the order of draws. */
package org.noisebook.rng;
