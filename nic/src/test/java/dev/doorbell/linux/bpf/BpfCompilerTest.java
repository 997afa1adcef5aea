package dev.doorbell.linux.bpf;

import dev.doorbell.linux.CStatements;
import org.junit.jupiter.api.Test;

/// Numbers and offsets of bpf(2), compared with what the C headers say. Skipped without a C compiler.
class BpfCompilerTest {
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <linux/bpf.h>
            #include <linux/if_link.h>
            #include <linux/magic.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/syscall.h>
            #include <sys/vfs.h>
            """;

    private final CStatements stated = new CStatements(HEADERS);

    private void attribute(String field, long offset) {
        stated.number("offsetof(union bpf_attr, " + field + ")", offset);
    }

    @Test
    void attributesAreLaidOutAsInC() throws Exception {
        attribute("map_type", Bpf.MAP_TYPE);
        attribute("key_size", Bpf.KEY_SIZE);
        attribute("value_size", Bpf.VALUE_SIZE);
        attribute("max_entries", Bpf.MAX_ENTRIES);
        attribute("map_name", Bpf.MAP_NAME);
        attribute("map_fd", Bpf.MAP_FD);
        attribute("key", Bpf.KEY);
        attribute("value", Bpf.VALUE);
        attribute("next_key", Bpf.NEXT_KEY);
        attribute("prog_type", Bpf.PROG_TYPE);
        attribute("insn_cnt", Bpf.INSN_CNT);
        attribute("insns", Bpf.INSNS);
        attribute("license", Bpf.LICENSE);
        attribute("log_level", Bpf.LOG_LEVEL);
        attribute("log_size", Bpf.LOG_SIZE);
        attribute("log_buf", Bpf.LOG_BUF);
        attribute("prog_flags", Bpf.PROG_FLAGS);
        attribute("prog_name", Bpf.PROG_NAME);
        attribute("pathname", Bpf.PATHNAME);
        attribute("bpf_fd", Bpf.BPF_FD);
        attribute("info.bpf_fd", Bpf.INFO_BPF_FD);
        attribute("info.info_len", Bpf.INFO_LEN);
        attribute("info.info", Bpf.INFO_INFO);
        attribute("link_create.prog_fd", Bpf.LINK_PROG_FD);
        attribute("link_create.target_ifindex", Bpf.LINK_IFINDEX);
        attribute("link_create.attach_type", Bpf.LINK_ATTACH_TYPE);
        attribute("link_create.flags", Bpf.LINK_FLAGS);
        stated.offset("bpf_map_info", "type", Bpf.MAP_INFO_TYPE);
        stated.offset("bpf_map_info", "max_entries", Bpf.MAP_INFO_MAX_ENTRIES);
        stated.offset("bpf_map_info", "ifindex", Bpf.MAP_INFO_BYTES);
        stated.size("statfs", Bpf.STATFS_BYTES);
        stated.offset("statfs", "f_type", Bpf.STATFS_TYPE);
        stated.size("bpf_insn", XdpProgram.INSN_BYTES);
        stated.offset("bpf_insn", "code", XdpProgram.INSN_CODE);
        stated.offset("bpf_insn", "off", XdpProgram.INSN_OFF);
        stated.offset("bpf_insn", "imm", XdpProgram.INSN_IMM);
        stated.number("((unsigned char *) &(struct bpf_insn) {.dst_reg = 2, .src_reg = 1})[1]", 1 << 4 | 2);
        stated.offset("xdp_md", "rx_queue_index", XdpProgram.RX_QUEUE_INDEX);
        stated.compareWithC();
    }

    @Test
    void numbersAreTheOnesOfC() throws Exception {
        stated.number("SYS_bpf", Bpf.BPF.number());
        stated.number("BPF_MAP_CREATE", Bpf.BPF_MAP_CREATE);
        stated.number("BPF_MAP_UPDATE_ELEM", Bpf.BPF_MAP_UPDATE_ELEM);
        stated.number("BPF_MAP_DELETE_ELEM", Bpf.BPF_MAP_DELETE_ELEM);
        stated.number("BPF_MAP_GET_NEXT_KEY", Bpf.BPF_MAP_GET_NEXT_KEY);
        stated.number("BPF_PROG_LOAD", Bpf.BPF_PROG_LOAD);
        stated.number("BPF_OBJ_PIN", Bpf.BPF_OBJ_PIN);
        stated.number("BPF_OBJ_GET", Bpf.BPF_OBJ_GET);
        stated.number("BPF_OBJ_GET_INFO_BY_FD", Bpf.BPF_OBJ_GET_INFO_BY_FD);
        stated.number("BPF_LINK_CREATE", Bpf.BPF_LINK_CREATE);
        stated.number("BPF_MAP_TYPE_XSKMAP", Bpf.BPF_MAP_TYPE_XSKMAP);
        stated.number("BPF_PROG_TYPE_XDP", Bpf.BPF_PROG_TYPE_XDP);
        stated.number("BPF_XDP", Bpf.BPF_XDP);
        stated.number("BPF_F_XDP_HAS_FRAGS", Bpf.BPF_F_XDP_HAS_FRAGS);
        stated.number("XDP_FLAGS_SKB_MODE", Bpf.XDP_FLAGS_SKB_MODE);
        stated.number("XDP_FLAGS_DRV_MODE", Bpf.XDP_FLAGS_DRV_MODE);
        stated.number("BPF_OBJ_NAME_LEN", Bpf.BPF_OBJ_NAME_LEN);
        stated.number("BPF_FS_MAGIC", Bpf.BPF_FS_MAGIC);
        stated.number("BPF_LDX | BPF_W | BPF_MEM", XdpProgram.LOAD_WORD);
        stated.number("BPF_LD | BPF_DW | BPF_IMM", XdpProgram.LOAD_CONSTANT);
        stated.number("BPF_ALU64 | BPF_MOV | BPF_K", XdpProgram.MOVE_CONSTANT);
        stated.number("BPF_JMP | BPF_CALL", XdpProgram.CALL);
        stated.number("BPF_JMP | BPF_EXIT", XdpProgram.EXIT);
        stated.number("BPF_PSEUDO_MAP_FD", XdpProgram.BPF_PSEUDO_MAP_FD);
        stated.number("BPF_FUNC_redirect_map", XdpProgram.BPF_FUNC_REDIRECT_MAP);
        stated.number("XDP_PASS", XdpProgram.XDP_PASS);
        stated.compareWithC();
    }
}
