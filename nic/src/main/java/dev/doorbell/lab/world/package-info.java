/// What experiments happen in: a card with its driver, a network around it, and time.
///
/// In virtual time: [dev.doorbell.lab.world.VirtualCard], with the networks [dev.doorbell.lab.world.Sink],
/// [dev.doorbell.lab.world.Source] and [dev.doorbell.lab.world.Wire]. One thread a world; worlds share nothing.
///
/// In real time: [dev.doorbell.lab.world.DrivenCard], on a card of a [dev.doorbell.lab.world.ServingProcess].
@NullMarked
package dev.doorbell.lab.world;

import org.jspecify.annotations.NullMarked;
