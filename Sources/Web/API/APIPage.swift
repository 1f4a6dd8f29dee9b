import Kernel

/// The description of the API for people: every act by noun, what it takes, what it answers, how to call it.
package struct APIPage: Sendable {
  package static let path = "/api"

  let routes: [Route]
  let visit: Visit

  /// The page as a route over the table of all the others.
  package static func route(for routes: [Route]) -> Route {
    let known = routes.filter(\.isInAPI)
    return Route(
      .get, path, .signedIn, "The description of the API for people.", inputs: [.init("q", "Words to find")],
      isInAPI: false
    ) { visit in
      let words = try Text.line(visit.query["q"] ?? "", field: "q", limit: 100, required: false)
      let asked = words.lowercased().utf8.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      let found = known.filter { route in asked.allSatisfy { route.searched.contains($0) } }
      return .page(APIPage(routes: found, visit: visit).html)
    }
  }

  private var words: String { visit.query["q"] ?? "" }

  private var groups: [(tag: String, routes: [Route])] {
    Dictionary(grouping: routes, by: \.tag).sorted { $0.key < $1.key }.map { (tag: $0.key, routes: $0.value) }
  }

  var html: HTML {
    let groups = groups
    return Shell.page(
      title: "API", path: Self.path, viewer: visit.viewer,
      lead: "Everything a page does, for programs: the same addresses under <code>/api/v1</code>, answered as JSON.",
      actions: LinkButton("OpenAPI 3.1", "/api/v1" + APIDocument.path, icon: "file-code").html,
      body: """
        \(search)\(when: words.isEmpty, start)\
        \(groups.isEmpty ? nothing : contents(groups))\(groups.html { section($0.tag, $0.routes) })
        """)
  }

  private var search: HTML {
    """
    <form class="vc-api-search" method="get" action="\(url: Self.path)" role="search">\
    <label class="vc-label" for="api-q">Find an act</label>\
    <div class="input-group"><input class="form-control" type="search" id="api-q" name="q" value="\(words)" \
    placeholder="customers, webhook, POST …"><button type="submit" class="btn btn-primary">\(Icon("search"))Find</button></div></form>
    """
  }

  private var start: HTML {
    """
    <section class="card mb-4"><div class="card-body"><h2>Beginning</h2>
    <p>Sign in for a token, or make an API key, and send it as a bearer. What is sent is a JSON object; refusals are \
    problem details (RFC 9457) that name the field and what helps.</p>
    <pre class="vc-api-code"><code>api=https://your.host/api/v1
    curl "$api/session" --json '{"email": "you@example.com", "password": "…"}'
    auth="Authorization: Bearer vc_session_…"
    curl -H "$auth" "$api/customers?size=2"</code></pre>
    <ul><li>Send an <code>Idempotency-Key</code> with what makes something: the same request is then done once.</li>
    <li>Send <code>If-Match</code> with what changes something: a change in between is refused with 409.</li>
    <li><code>/changes</code> tells what happened since; a <a class="text-decoration-underline" href="/webhooks">webhook</a> tells it to your own address.</li>
    <li><code>/batch</code> takes up to 1,000 acts in one transaction.</li></ul></div></section>
    """
  }

  private var nothing: HTML {
    EmptyState(
      "No act has these words", reason: "Search for a noun such as customers, or a part of an address.", icon: "search",
      action: LinkButton("Show all", Self.path).html
    ).html
  }

  private func contents(_ groups: [(tag: String, routes: [Route])]) -> HTML {
    """
    <nav class="vc-api-contents" aria-label="Nouns"><ul>\
    \(groups.html { "<li><a href=\"\(url: "#" + anchor($0.tag))\">\($0.tag)</a> <span>\($0.routes.count)</span></li>" })\
    </ul></nav>
    """
  }

  private func anchor(_ tag: String) -> String { "noun-" + Form.identifier(tag) }

  private func section(_ tag: String, _ routes: [Route]) -> HTML {
    """
    <section class="vc-api-noun" id="\(anchor(tag))"><h2>\(tag)</h2>\(routes.html { APIRouteCard(route: $0).html })</section>
    """
  }
}

extension Route {
  /// What a search looks through.
  fileprivate var searched: String {
    ([method.rawValue, path, summary, tag] + inputs.map(\.name)).joined(separator: " ").lowercased()
  }
}

/// One act of the API, folded until asked for.
struct APIRouteCard {
  let route: Route

  var html: HTML {
    """
    <details class="vc-api-route"><summary><code class="vc-api-method">\(route.method.rawValue)</code> \
    <code>\(route.path)</code> <span>\(route.summary)</span></summary>
    <div class="vc-api-body"><p>\(needs)</p>\(inputs)\(answer)<h3>Example</h3>
    <pre class="vc-api-code"><code>\(example)</code></pre></div></details>
    """
  }

  private var needs: String {
    switch route.permission {
    case .open: "Everybody may, signed in or not."
    case .signedIn: "Everybody who is signed in may."
    case .inPerson: "Everybody who is signed in may, but not with an API key."
    case .may(let verb, let noun): "Needs the right to \(verb.rawValue) \(noun.rawValue) records."
    }
  }

  private var inputs: HTML {
    guard !route.inputs.isEmpty else { return HTML() }
    return """
      <h3>Takes</h3><div class="table-responsive"><table class="table table-sm"><thead><tr><th scope="col">Input</th>\
      <th scope="col">Type</th><th scope="col">What it is</th></tr></thead><tbody>\(route.inputs.html { input in
        """
        <tr><td><code>\(input.name)</code>\(when: input.isRequired, " <span class=\"vc-optional\">needed</span>")</td>\
        <td>\(type(of: input))</td><td>\(input.words)\(choices(of: input))</td></tr>
        """
      })</tbody></table></div>
      """
  }

  private func type(of input: Route.Input) -> String {
    switch input.kind {
    case .text: "text"
    case .integer:
      input.range.map { "whole number, \(limit($0.lowerBound)) to \(limit($0.upperBound))" } ?? "whole number"
    case .number: "number"
    case .day: "day, YYYY-MM-DD"
    case .flag: route.method == .get ? "1 or nothing" : "true or false"
    case .map: "object"
    case .list: "several texts"
    case .objects: "several objects"
    case .file: "file"
    }
  }

  private func limit(_ number: Int64) -> String { number == .max ? "any" : String(number) }

  private func choices(of input: Route.Input) -> HTML {
    input.choices.isEmpty ? HTML() : ": \(input.choices.html { "<code>\($0)</code> " })"
  }

  private var answer: HTML {
    switch route.answer?.kind {
    case .json(let type), .either(let type, _):
      let shapes = APIShapes()
      let members = shapes.members(of: type)
      guard !members.properties.isEmpty else { return HTML() }
      return "<h3>Answers</h3><p>\(members.properties.keys.sorted().html { "<code>\($0)</code> " })</p>"
    case .file("*/*"): return "<h3>Answers</h3><p>A file of its own type.</p>"
    case .file(let type): return "<h3>Answers</h3><p>A file, <code>\(type)</code>.</p>"
    case nil: return HTML()
    }
  }

  private var example: String {
    let path = route.segments.map { segment in
      switch segment {
      case .fixed(let text): "/" + text
      case .variable: "/1"
      }
    }.joined()
    let needed = route.inputs.filter { $0.isRequired && $0.kind != .file }
    let who = route.permission == .open ? "" : " -H \"$auth\""
    let verb = route.method == .get ? "" : " -X \(route.method.rawValue)"
    if route.takesFile { return "curl\(who) \"$api\(path)\" -H 'Content-Type: text/csv' --data-binary @file.csv" }
    if route.method == .get {
      let query = needed.map { "\($0.name)=\(sample($0).filter { $0 != "\"" })" }.joined(separator: "&")
      return "curl\(who) \"$api\(path)\(query.isEmpty ? "" : "?" + query)\""
    }
    guard !needed.isEmpty else { return "curl\(who)\(verb) \"$api\(path)\"" }
    let body = needed.map { "\"\($0.name)\": \(sample($0))" }.joined(separator: ", ")
    return "curl\(who)\(verb) \"$api\(path)\" --json '{\(body)}'"
  }

  private func sample(_ input: Route.Input) -> String {
    switch input.kind {
    case .text, .file: "\"\(input.choices.first ?? "…")\""
    case .integer: String(max(1, input.range?.lowerBound ?? 1))
    case .number: "1.5"
    case .day: "\"2026-11-22\""
    case .flag: "true"
    case .map: "{}"
    case .list: "[\"\(input.choices.first ?? "…")\"]"
    case .objects: "[{}]"
    }
  }
}
