package dev.doorbell.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/// The page: XML that stands alone, whatever words are in it, and tells everything to those who
/// cannot see it.
class HtmlReportTest {
    private final String page = HtmlReport.of(SampleReport.report());
    private final Document document;

    HtmlReportTest() throws Exception {
        String look = System.getProperty("report.look"); // a folder, for the eye
        if (look != null) Files.writeString(Path.of(look, "sample.html"), page);
        document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page)));
    }

    private List<Element> all(String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) elements.add((Element) nodes.item(i));
        return elements;
    }

    @Test
    void pageNeedsNothingElse() {
        assertThat(page).doesNotContain("http:", "https:", "@import", "src=", "href=");
        assertThat(page.replaceAll("url\\(#[a-z0-9-]+\\)", "")).doesNotContain("url(");
        for (String forbidden : List.of("script", "link", "img", "iframe", "object", "a"))
            assertEquals(List.of(), all(forbidden), forbidden);
        assertThat(page).contains("default-src 'none'");
    }

    @Test
    void wordsStayWords() {
        String said = all("p").stream().map(Element::getTextContent).reduce("", String::concat);

        assertThat(said).contains("</title><script>alert(\"1\")</script> & 'more' ");
        assertThat(page).doesNotContain("\u0000").contains("\uFFFD");
    }

    @Test
    void idsAreUniqueAndWhatRefersToThemFindsThem() {
        Set<String> ids = new HashSet<>();
        for (Element element : all("*"))
            if (element.hasAttribute("id")) assertTrue(ids.add(element.getAttribute("id")), element.getAttribute("id"));
        for (Element svg : all("svg")) {
            assertEquals("img", svg.getAttribute("role"));
            assertThat(svg.getAttribute("aria-labelledby").split(" ", -1)).isSubsetOf(ids);
        }
        for (Element rect : all("rect"))
            if (rect.hasAttribute("fill"))
                assertThat(ids).contains(rect.getAttribute("fill").replaceAll("url\\(#|\\)", ""));
    }

    @Test
    void everyPlotIsThereForAPageAndForAPhoneWithWords() {
        assertEquals(5, all("figure").size());
        assertEquals(10, all("svg").size());
        assertThat(all("desc").getFirst().getTextContent())
                .isEqualTo("kpps of standard card, standard driver, moderated card, standard driver, moderated card, "
                        + "deferring driver, paravirtual page. this card: 4 values from 20 to 161. Rizzo 2012 "
                        + "(published): 3 values from 20 to 200.");
        assertThat(all("desc").get(4).getTextContent()).endsWith("Left out, having no place on these axes: 2.");
        assertThat(all("desc").getLast().getTextContent()).contains("no place on these axes: 2.");
    }

    @Test
    void figuresOfOthersAreDrawnAndNamedAsSuch() {
        List<String> legend = all("text").stream().map(Element::getTextContent).toList();

        assertThat(legend).contains("this card", "Rizzo 2012 (published)", "July 2012, with mitigation (published)");
        assertThat(all("g").stream().map(g -> g.getAttribute("class")))
                .contains("s0", "s1 published", "s3 published", "s4 published");
        assertThat(all("rect").stream()
                        .filter(rect -> rect.getAttribute("fill").startsWith("url(#plot1w"))
                        .count())
                .isEqualTo(4); // three bars and the legend
    }

    @Test
    void everyTableHasACaptionAndHeads() {
        for (Element table : all("table")) {
            assertEquals(1, table.getElementsByTagName("caption").getLength());
            assertTrue(table.getElementsByTagName("th").getLength() > 0);
        }
        assertThat(all("td").stream().map(Element::getTextContent)).contains("36.2", "140\u2008\u2007", "-");
    }

    @Test
    void pointsLieInsideTheDrawing() {
        for (Element svg : all("svg")) {
            String[] box = svg.getAttribute("viewBox").split(" ", -1);
            double width = Double.parseDouble(box[2]);
            double height = Double.parseDouble(box[3]);
            NodeList paths = svg.getElementsByTagName("path");
            for (int i = 0; i < paths.getLength(); i++) {
                Element path = (Element) paths.item(i);
                if (!path.getAttribute("class").equals("line")) continue;
                Stream.of(path.getAttribute("d").split("[ML]", -1))
                        .filter(point -> !point.isEmpty())
                        .forEach(point -> {
                            String[] xy = point.split(" ", -1);
                            assertThat(Double.parseDouble(xy[0])).isBetween(0.0, width);
                            assertThat(Double.parseDouble(xy[1])).isBetween(0.0, height);
                        });
            }
        }
    }

    @Test
    void twentyThousandPointsAreNotAllDrawn() {
        assertThat(all("path").stream().map(path -> path.getAttribute("d").length()))
                .allMatch(chars -> chars < 100_000);
        assertNull(document.getDoctype().getSystemId());
    }
}
