/// What an experiment found, for people and programs: text (the same bytes for the same result),
/// CSV, JSON, and one HTML page that needs nothing else. Reads nothing but what it is given, and
/// the machine's description.
///
/// Front classes: [dev.doorbell.lab.report.Report], what is told;
/// [dev.doorbell.lab.report.ReportFolder], where files go.
@NullMarked
package dev.doorbell.lab.report;

import org.jspecify.annotations.NullMarked;
