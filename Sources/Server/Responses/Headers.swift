import HTTPTypes
import Hummingbird
import Web

/// The headers that every response carries, refusals included.
struct Headers: Sendable {
  let isSecure: Bool

  private static let policy = """
    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'
    """

  func apply(to headers: inout HTTPFields) {
    // An answer that brings a policy of its own, a file somebody hung on a record, brings a stricter one.
    if headers[.contentSecurityPolicy] == nil { set("Content-Security-Policy", Headers.policy, &headers) }
    set("X-Content-Type-Options", "nosniff", &headers)
    set("Referrer-Policy", "same-origin", &headers)
    set("Cross-Origin-Opener-Policy", "same-origin", &headers)
    set("Cross-Origin-Resource-Policy", "same-origin", &headers)
    set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()", &headers)
    set("X-Frame-Options", "DENY", &headers)
    if isSecure { set("Strict-Transport-Security", "max-age=31536000", &headers) }
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
  }

  private func set(_ name: String, _ value: String, _ headers: inout HTTPFields) {
    guard let field = HTTPField.Name(name) else { return }
    headers[field] = value
  }
}
