package dev.doorbell.lab.report;

/// A report as one page.
final class HtmlReport {
    private HtmlReport() {}

    static String of(Report report) {
        return "<!DOCTYPE html>\n<html><head><title>" + report.name() + "</title></head><body></body></html>\n";
    }
}
