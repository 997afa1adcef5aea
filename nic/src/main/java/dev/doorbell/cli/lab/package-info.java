/// `lab`: experiments listed, run and written down.
@NullMarked
package dev.doorbell.cli.lab;

import org.jspecify.annotations.NullMarked;
