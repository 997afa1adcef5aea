package dev.doorbell.lab.experiment;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.lab.model.Costs;
import dev.doorbell.lab.model.FullLoad;
import dev.doorbell.lab.model.HostPlace;
import dev.doorbell.lab.world.CardPlan;

/// The set-ups that [Deferral] compares, with what December 2012 published for them: Luigi Rizzo to freebsd-net,
/// 27 December 2012, thousands of packets a second. NaN where it has no such row.
enum DeferralRow {
    STANDARD("standard card and driver", 20, 6.3),
    MODERATED("moderated card", 37, 28),
    DEFERRING("moderated card, deferring driver", 200, 34),
    PARAVIRTUAL("paravirtual page, moderated card", Double.NaN, Double.NaN),
    SHARED("shared doorbells (igb)", Double.NaN, Double.NaN);

    final String title;
    final double hardwareKpps;
    final double emulationKpps;

    DeferralRow(String title, double hardwareKpps, double emulationKpps) {
        this.title = title;
        this.hardwareKpps = hardwareKpps;
        this.emulationKpps = emulationKpps;
    }

    /// A guest of this set-up that sends packet by packet at full load.
    ///
    /// @param perSecond most interrupts of a moderated card
    FullLoad.Outcome run(Costs costs, int perSecond, int frameBytes, long forNs) {
        boolean polled = this == SHARED || this == PARAVIRTUAL;
        HostPlace place = polled ? HostPlace.OWN_PROCESSOR : HostPlace.EXITING_PROCESSOR;
        DoorbellPolicy policy = switch (this) {
            case DEFERRING -> DoorbellPolicy.DEFERRED;
            case PARAVIRTUAL -> DoorbellPolicy.PARAVIRTUAL;
            case STANDARD, MODERATED, SHARED -> DoorbellPolicy.IMMEDIATE;
        };
        return new FullLoad(costs, place, plan(perSecond, frameBytes), policy, frameBytes, forNs)
                .send(FullLoad.Sender.EACH_PACKET);
    }

    private CardPlan plan(int perSecond, int frameBytes) {
        if (this == SHARED) {
            IgbDriverOptions driver = IgbDriverOptions.DEFAULT.withInterrupts(perSecond);
            return CardPlan.igb(driver, frameBytes).withSharedDoorbells(true);
        }
        Moderation moderation = this == STANDARD ? Moderation.NONE : Moderation.throttled(perSecond);
        return CardPlan.e1000(DriverOptions.DEFAULT.withInterrupts(moderation), frameBytes)
                .withParavirtual(this == PARAVIRTUAL);
    }
}
