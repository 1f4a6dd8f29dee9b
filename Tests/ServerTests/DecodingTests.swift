import Kernel
import Testing
import Web

@Suite struct DecodingTests {
  @Test(arguments: [
    ("/", []), ("/customers", ["customers"]), ("/customers/", ["customers"]), ("/a/b%20c", ["a", "b c"]),
    ("/caf%C3%A9", ["café"]), ("/a+b", ["a+b"]), ("/...", ["..."]),
  ])
  func `a path is cut at its slashes, then decoded`(_ path: String, _ parts: [String]) throws {
    #expect(try Decoding.segments(path) == parts)
  }

  @Test(arguments: [
    "", "customers", "/%", "/%2", "/%zz", "/%00", "/a%00b", "/%ff", "/%c0%ae", "/.", "/..", "/a/../b", "/%2e%2e",
    "/%2E",
    "/a%2fb",
  ])
  func `a malformed path is refused, never mended`(_ path: String) {
    #expect(throws: Problem.self) { try Decoding.segments(path) }
  }

  @Test(arguments: ["//", "//customers", "/customers//1", "/customers//"])
  func `an empty segment is no address`(_ path: String) {
    let problem = #expect(throws: Problem.self) { try Decoding.segments(path) }
    #expect(problem?.kind == .notFound)
  }

  @Test func `fields keep their order, repeat, and may be empty`() throws {
    let fields = try Decoding.fields("a=1&b=two+words&a=3%3D&c&d=&=e".utf8, field: "query")
    #expect(fields == Fields([("a", "1"), ("b", "two words"), ("a", "3="), ("c", ""), ("d", ""), ("", "e")]))
    #expect(fields["a"] == "3=")
    #expect(fields.values(of: "a") == ["1", "3="])
  }

  @Test(arguments: ["a=%", "a=%4", "a=%GG", "a=%00", "%00=a", "a=%ff"])
  func `a malformed field is refused`(_ text: String) {
    let problem = #expect(throws: Problem.self) { try Decoding.fields(text.utf8, field: "query") }
    #expect(problem?.kind == .malformed)
  }

  @Test func `too many fields are refused`() throws {
    func many(_ count: Int) -> String { Array(repeating: "a=1", count: count).joined(separator: "&") }
    #expect(try Decoding.fields(many(2_000).utf8, field: "body").all.count == 2_000)
    #expect(throws: Problem.self) { try Decoding.fields(many(2_001).utf8, field: "body") }
  }
}

@Suite struct JSONFieldsTests {
  private func fields(_ text: String) throws -> Fields { try JSON.fields(Array(text.utf8)) }

  @Test func `members become fields, arrays repeat them`() throws {
    let found = try fields(#"{"name": "a", "n": 12, "x": 1.5, "on": true, "off": false, "no": null, "l": [1, "b"]}"#)
    #expect(found["name"] == "a")
    #expect(found["n"] == "12")
    #expect(found["x"] == "1.5")
    #expect(found["on"] == "1")
    #expect(found["off"] == "")
    #expect(found["no"] == nil)
    #expect(found.values(of: "l") == ["1", "b"])
    #expect(try fields("") == Fields())
  }

  @Test func `a member of a member has its name in brackets`() throws {
    #expect(try fields(#"{"row": {"4": "a", "5": "b"}}"#).members(of: "row") == ["4": "a", "5": "b"])
  }

  @Test(arguments: ["[]", "1", "\"a\"", "null", "{", "{\"a\": }", "{\"a\": NaN}", "nonsense", "\u{0}"])
  func `what is no object is refused`(_ text: String) {
    let problem = #expect(throws: Problem.self) { try fields(text) }
    #expect(problem?.kind == .malformed)
  }

  @Test func `a NUL in a text is refused by the name of its field`() {
    let problem = #expect(throws: Problem.self) { try fields(#"{"name": "a\u0000b"}"#) }
    #expect(problem?.field == "name")
  }

  @Test(arguments: [5, 17, 100_000])
  func `deep nesting is refused before it costs anything`(_ depth: Int) {
    let text = "{\"a\": " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    #expect(throws: Problem.self) { try fields(text) }
    let objects = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
    #expect(throws: Problem.self) { try fields(objects) }
  }

  @Test func `brackets in a text are no nesting`() throws {
    #expect(try fields("{\"a\": \"\(String(repeating: "[", count: 100))\"}")["a"]?.utf8.count == 100)
    #expect(try fields(#"{"a": "\"[[[[[[[[[[[[[[[[[["}"#)["a"]?.utf8.count == 19)
  }
}
