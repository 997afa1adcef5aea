package dev.doorbell.story;

import static dev.doorbell.register.CommunicationBlock.GUEST_CSB_ON;
import static dev.doorbell.register.CommunicationBlock.GUEST_RDT;
import static dev.doorbell.register.CommunicationBlock.GUEST_TDT;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_TXKICK;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.register.ParavirtualRegister.CSBAH;
import static dev.doorbell.register.ParavirtualRegister.CSBAL;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;

import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;

/// A guest that shares a page with its card, by hand: every word is stored and looked at by the test.
public final class ParavirtualGuest {
    public static final long PAGE = 0x3_0000;
    public static final long OTHER_PAGE = 0x3_4000;
    public static final long COMMAND = EOP | IFCS | RS;

    public final Bench bench;
    public final Rings rings;
    private long page = PAGE;

    /// Rings run, there is no page yet.
    public ParavirtualGuest() {
        bench = new Bench(new E1000Options(E1000Model.I82540EM, Bench.MAC).withParavirtual(true), new Wire())
                .awaitLink();
        rings = new Rings(bench).startTransmit().startReceive();
    }

    /// As [#ParavirtualGuest()], with a page that counts.
    public static ParavirtualGuest sharing() {
        ParavirtualGuest guest = new ParavirtualGuest();
        guest.put(GUEST_RDT, Rings.ENTRIES - 1);
        guest.put(GUEST_CSB_ON, 1);
        guest.share(PAGE);
        return guest;
    }

    /// Tells the card where the page is.
    public void share(long address) {
        page = address;
        bench.writeAt(CSBAH.spec().offset(), (int) (address >>> 32));
        bench.writeAt(CSBAL.spec().offset(), (int) address);
    }

    public int address() {
        return bench.readAt(CSBAL.spec().offset());
    }

    public void put(int offset, int word) {
        bench.memory.putInt(page + offset, word);
    }

    public int get(int offset) {
        return bench.memory.getInt(page + offset);
    }

    /// Puts a frame into the ring and its tail into the page; no register is written.
    public void store(int seed) {
        rings.append(Frames.toPeer(60, seed), COMMAND);
        put(GUEST_TDT, rings.transmitTail());
    }

    /// As [#store], and as a driver does: the register too when the card asks for it. The card runs.
    public void send(int seed) {
        store(seed);
        if (get(HOST_NEED_TXKICK) != 0) bench.write(TDT, rings.transmitTail());
        bench.runUntilIdle();
    }

    /// What a loop does while the card wants it to look.
    public void loop() {
        if (bench.card.sharedPagesChanged()) bench.runUntilIdle();
    }

    public int sent() {
        return bench.wire.takeAll().size();
    }
}
