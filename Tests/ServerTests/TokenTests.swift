import Kernel
import Testing
import Web

@Suite struct FormTokenTests {
  private let session: [UInt8] = Array(1...32)

  @Test func `a token of a session is valid for it and for no other`() {
    let token = FormToken.made(for: session)
    #expect(FormToken.isValid(token, for: session))
    #expect(!FormToken.isValid(token, for: Array(2...33)))
    #expect(!FormToken.isValid(token, for: []))
  }

  @Test func `no two tokens look alike, all are valid`() {
    let tokens = (0..<50).map { _ in FormToken.made(for: session) }
    #expect(Set(tokens).count == 50)
    #expect(tokens.allSatisfy { FormToken.isValid($0, for: session) })
  }

  @Test func `a token changed in any place is refused`() throws {
    let bytes = try #require(Base64URL.decoded(FormToken.made(for: session)))
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1
      #expect(!FormToken.isValid(Base64URL.encoded(changed), for: session))
    }
  }

  @Test func `a token that is none is refused`() throws {
    let bytes = try #require(Base64URL.decoded(FormToken.made(for: session)))
    for wrong in [[], Array(bytes.dropLast()), bytes + [0], Array(bytes.prefix(32)), Array(repeating: 0, count: 64)] {
      #expect(!FormToken.isValid(Base64URL.encoded(wrong), for: session))
    }
    #expect(!FormToken.isValid("not base64 at all!", for: session))
  }
}

@Suite struct CookieJarTests {
  @Test func `a session cookie is closed to scripts and to other sites' forms`() {
    for (jar, name) in [(CookieJar(isSecure: false), "session"), (CookieJar(isSecure: true), "__Host-session")] {
      let cookie = jar.session("token")
      #expect(cookie.hasPrefix("\(name)=token; "))
      let attributes = Set(cookie.split(separator: ";").dropFirst().map { String($0.drop { $0 == " " }) })
      #expect(attributes.isSuperset(of: ["Path=/", "HttpOnly", "SameSite=Lax"]))
      #expect(attributes.contains("Secure") == jar.isSecure)
      #expect(!cookie.contains("Domain"))
      #expect(jar.noSession.contains("Max-Age=0"))
    }
  }

  @Test func `cookies are read by name, the first of a name counts`() {
    let found = CookieJar.parse(["session=a; theme=dark;flash=x=y", "session=b; nothing; =c"])
    #expect(found["session"] == "a")
    #expect(found["theme"] == "dark")
    #expect(found["flash"] == "x=y")
    #expect(found["nothing"] == nil)
  }

  @Test func `a message comes over a redirect as it was`() throws {
    let undo = PostButton("Undo", action: "/decisions/7", csrf: "old", method: .delete)
    let cookie = try CookieJar(isSecure: false).flash(Flash(.good, "Saved; “twice”\r\nand well", undo: undo))
    #expect(!cookie.contains("\r") && !cookie.contains("\n"))
    let value = try #require(CookieJar.parse([cookie])["flash"])
    let flash = try #require(CookieJar.flash(from: value, csrf: "new"))
    #expect(flash.text == "Saved; “twice”\r\nand well")
    #expect(flash.tone == .good)
    #expect(flash.undo != nil)
  }

  /// Anybody on a neighbouring port can set a cookie.
  @Test(arguments: ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
  func `a message never offers an undo elsewhere`(_ path: String) throws {
    let text = Base64URL.encoded(Array("{\"tone\":\"good\",\"text\":\"a\",\"undo\":\"\(path)\"}".utf8))
    if let flash = CookieJar.flash(from: text, csrf: "") { #expect(flash.undo == nil) }
  }

  @Test(arguments: ["", "!", "bm9uc2Vuc2U", String(repeating: "a", count: 5_000)])
  func `a message that is none is dropped`(_ text: String) {
    #expect(CookieJar.flash(from: text, csrf: "") == nil)
  }
}

@Suite struct RedirectTests {
  private func goal(_ path: String) -> String? {
    Answer.redirect(to: path).headers.first { $0.0 == "Location" }?.1
  }

  @Test(arguments: ["/", "/decisions/7", "/customers?q=a%20b#top"])
  func `a redirect goes to a path of this site`(_ path: String) {
    #expect(goal(path) == path)
    #expect(Answer.redirect(to: path).status == 303)
  }

  @Test(arguments: [
    "", "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
    "decisions", "/\r\nSet-Cookie: a=b", "/\t/evil.example", "/\n/evil.example", " //evil.example", "/a\u{7F}b",
  ])
  func `a redirect to anywhere else goes home`(_ path: String) {
    #expect(goal(path) == "/")
  }
}
