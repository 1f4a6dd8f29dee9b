import Kernel
import Testing
import Web

@Suite struct HTMLTests {
  @Test func `a quote with a combining mark is still escaped`() {
    for quote in ["\"", "'", "<", ">", "&", "`"] {
      for mark in ["\u{301}", "\u{FE0F}", "\u{200D}", "\u{20E3}"] {
        let html: HTML = "<input value=\"\(quote + mark + " onfocus=alert(1)")\">"
        let inside = Array(html.bytes.dropFirst("<input value=\"".utf8.count).dropLast(2))
        #expect(!inside.contains { byte in "\"'<>`".utf8.contains(byte) })
        #expect(inside.first == UInt8(ascii: "&"))
        #expect(String(decoding: inside, as: UTF8.self).unicodeScalars.contains { mark.unicodeScalars.contains($0) })
      }
    }
  }

  @Test func `text is escaped and markup is not`() {
    let name = "<b> & \"Söhne\" 'x' `y`"
    let bold: HTML = "<b>\(name)</b>"
    #expect(bold.text == "<b>&lt;b&gt; &amp; &quot;Söhne&quot; &#39;x&#39; &#96;y&#96;</b>")
    let outer: HTML = "<p>\(bold)\([bold, bold])</p>"
    #expect(outer.text == "<p>\(bold.text)\(bold.text)\(bold.text)</p>")
  }

  @Test(arguments: [true]) func `a text that happens to be a literal is text all the same`(isOn: Bool) {
    let html: HTML = "<i>\(isOn ? "<b>" : "")</i>"
    #expect(html.text == "<i>&lt;b&gt;</i>")
  }

  @Test func `what is absent leaves nothing behind`() {
    let nothing: HTML? = nil
    let noText: String? = nil
    let html: HTML =
      "<p\(attribute: "title", noText)\(flag: "hidden", false)>\(nothing)\(noText)\(when: false, "x")</p>"
    #expect(html.text == "<p></p>")
  }

  @Test func `attributes carry their escaped value`() {
    let html: HTML = "<p\(attribute: "title", "a\"b")\(flag: "hidden", true)\(when: false, "", else: " x")></p>"
    #expect(html.text == "<p title=\"a&quot;b\" hidden x></p>")
  }

  @Test func `numbers, ids and days are written as programs write them`() throws {
    let day = try #require(Day("2026-11-21"))
    let html: HTML =
      "\(-5) \(UInt8(7)) \(ID<HTML>(42)) \(day) \(coordinate: 1.005) \(coordinate: -0.5) \(coordinate: .nan)"
    #expect(html.text == "-5 7 42 2026-11-21 1 -0.5 0")
  }

  @Test(arguments: [
    "https://example.com/a?b=c&d", "HTTP://example.com", "mailto:a@example.com", "tel:+49123", "/",
    "/customers/1?x=%2F",
    "#field-name", "?sort=-name",
  ])
  func `an address that leads where it says is kept`(address: String) {
    #expect(Address.isSafe(address))
    let html: HTML = "<a href=\"\(url: address)\">"
    #expect(html.text == ("<a href=\"\(HTML(text: address).text)\">"))
  }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "\u{1}javascript:x",
    "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil.example", "",
    "https:evil", "customers/1", "javascript\u{301}:alert(1)", "http:/\u{7F}/x",
  ])
  func `an address that could lead elsewhere becomes a hash`(address: String) {
    let html: HTML = "<a href=\"\(url: address)\">"
    #expect(html.text == "<a href=\"#\">")
  }

  @Test func `only a path on this site is local`() {
    #expect(Address.isLocal("/portfolio?a=1"))
    for elsewhere in ["https://example.com", "//example.com", "/\\example.com", "#x", "", "x"] {
      #expect(!Address.isLocal(elsewhere))
    }
  }

  @Test func `a query carries any text`() {
    #expect(
      Address.path("/c", [("q", "Müller & Söhne/ü"), ("none", "")]) == "/c?q=M%C3%BCller%20%26%20S%C3%B6hne%2F%C3%BC")
    #expect(Address.path("/c", []) == "/c")
  }

  @Test func `a data block cannot end its element`() {
    let html: HTML = "<script type=\"application/json\">\(json: ["</script><!-- & \u{2028}\u{2029} \u{2030}"])</script>"
    #expect(
      html.text
        == "<script type=\"application/json\">[\"\\u003C/script\\u003E\\u003C!-- \\u0026 \\u2028\\u2029 \u{2030}\"]</script>"
    )
  }

  @Test func `a number that is none is a gap in a data block`() {
    let html: HTML = "\(json: [1.5, Double.nan, Double.infinity])"
    #expect(html.text == "[1.5,\"-\",\"-\"]")
  }

  @Test func `pieces are joined with a separator`() {
    #expect(HTML.joined(["<i>a</i>", "b"], separator: ", ").text == "<i>a</i>, b")
    #expect(["<", "b"].html { "<li>\($0)</li>" }.text == "<li>&lt;</li><li>b</li>")
    #expect((HTML(text: "<") + "<br>").text == "&lt;<br>")
  }
}
