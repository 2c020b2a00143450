/** Distillation of teachers with random weights: Sarnthein, Bachmann, Anagnostidis, Hofmann 2023, arXiv 2302.12091. */
package org.noisebook.papers.randomteachers;
