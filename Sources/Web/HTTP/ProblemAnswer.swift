import Kernel

extension Problem.Kind {
  /// The HTTP status of a refusal.
  package var status: Int {
    switch self {
    case .malformed: 400
    case .notSignedIn: 401
    case .notAllowed: 403
    case .notFound: 404
    case .wrongMethod: 405
    case .conflict: 409
    case .tooLarge: 413
    case .wrongMediaType: 415
    case .invalid: 422
    case .tooMany: 429
    case .unavailable: 503
    }
  }

  /// What happened, for the heading of a page.
  package var heading: String {
    switch self {
    case .malformed: "That request could not be read"
    case .notSignedIn: "Please sign in"
    case .notAllowed: "You may not do this"
    case .notFound: "There is nothing here"
    case .wrongMethod: "That cannot be done here"
    case .conflict: "That does not fit what is there"
    case .tooLarge: "That is too large"
    case .wrongMediaType: "That cannot be read in this form"
    case .invalid: "Something needs mending"
    case .tooMany: "Too many tries"
    case .unavailable: "That is not possible just now"
    }
  }
}

/// A refusal as programs read it: problem details of RFC 9457.
package struct ProblemDetails: Encodable, Sendable {
  let type: String
  let title: String
  let status: Int
  let detail: String
  let field: String?
  let mend: String?
  let facts: [String: String]
  let requestID: String

  package init(_ problem: Problem, requestID: String) {
    type = "about:blank#\(problem.kind.rawValue)"
    title = problem.kind.heading.translated
    status = problem.kind.status
    detail = problem.message.translated
    field = problem.field
    mend = problem.mend?.translated
    facts = Dictionary(problem.facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    self.requestID = requestID
  }
}

extension Answer {
  /// A refusal for the face that asked.
  package static func refusal(_ problem: Problem, face: Visit.Face, viewer: Viewer, requestID: String) -> Answer {
    var answer: Answer
    switch face {
    case .json:
      let details = ProblemDetails(problem, requestID: requestID)
      answer = Answer(status: problem.kind.status, body: .json { try JSON.bytes(details) })
      answer.headers.append(("Content-Type", "application/problem+json"))
    case .html:
      answer = .page(ProblemPage(problem: problem, requestID: requestID).page(for: viewer), status: problem.kind.status)
    }
    if let allowed = problem.facts.first(where: { $0.name == "allow" }) {
      answer.headers.append(("Allow", allowed.value))
    }
    if [.tooMany, .unavailable].contains(problem.kind) {
      let wait = problem.facts.first { $0.name == "retryAfter" }?.value ?? "5"
      answer.headers.append(("Retry-After", wait))
    }
    return answer
  }
}

/// What a person sees of a refusal: what happened, what was kept, what to do.
struct ProblemPage {
  let problem: Problem
  let requestID: String

  func page(for viewer: Viewer) -> HTML {
    let body: HTML = """
      \(EmptyState(problem.kind.heading, reason: reason, icon: icon, action: action))
      <p class="text-secondary text-center small">Nothing was changed. If you ask for help, give the number \
      <code>\(requestID)</code>.</p>
      """
    return viewer.name == nil
      ? Shell.bare(title: problem.kind.heading, viewer: viewer, body: body)
      : Shell.page(title: problem.kind.heading, path: "", viewer: viewer, body: body)
  }

  private var reason: HTML {
    "\(problem.field.map { "\($0): " })\(words: problem.message) \(words: problem.mend)"
  }

  private var action: HTML { HTML("\(LinkButton("Go to the start", "/", weight: .primary))") }

  private var icon: String { problem.kind == .notFound ? "map-question" : "alert-circle" }
}
