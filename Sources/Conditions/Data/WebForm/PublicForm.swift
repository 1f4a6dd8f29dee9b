import Kernel
import Web

extension WebFormRoutes {
  /// The name of the field that people do not see.
  static let trap = "website"
  static let opened = "opened"

  /// What visitors of the company's site come to.
  var open: [Route] {
    let token = ["token": "The last part of the form's address"]
    return [
      Route(
        .get, "/f/{token}", .open, "A form to fill in, or for a program what it asks.", answer: .of(Offer.self),
        words: token
      ) { visit in
        let form = try await forms.open(visit.parameters["token"] ?? "")
        return try await visit.face == .json
          ? allowing(.json(Offer(form)), form, visit)
          : .page(PublicFormPage(form: form, opened: submissions.opening(), visit: visit).html)
      },
      Route(
        .post, "/f/{token}", .open, "Takes in what somebody filled in.", answer: .of(Receipt.self, 201),
        inputs: WebForm.Question.allCases.map { .init($0.rawValue, $0.word, $0 == .consent ? .flag : .text) },
        words: token, limit: 32 << 10, takesForeignForms: true, rate: .publicForm, action: receive),
    ]
  }

  /// A form as a program sees it that shows it elsewhere.
  struct Offer: Encodable, Sendable {
    let title: String
    let intro: String
    let asks: [WebForm.Asked]
    let consent: String
    let consentVersion: Int

    init(_ form: WebForm) {
      (title, intro, asks, consent) = (form.title, form.intro, form.asks, form.consent)
      consentVersion = form.consentVersion
    }
  }

  struct Receipt: Encodable, Sendable {
    let received: Bool
    let thanks: String
  }

  /// The site a form was sent from, when it is not this one.
  private func foreignOrigin(_ form: WebForm, _ visit: Visit) throws -> String? {
    guard let origin = visit.origin, origin != "null" else { return nil }
    if form.origins.contains(origin) { return origin }
    guard visit.isOwnOrigin else {
      throw Problem(
        .notAllowed, "This form may not be sent from \(origin.prefix(100)).", mend: "Open the form at its own address.")
    }
    return nil
  }

  private func allowing(_ answer: Answer, _ form: WebForm, _ visit: Visit) throws -> Answer {
    guard let origin = try foreignOrigin(form, visit) else { return answer }
    var answer = answer
    answer.headers += [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    return answer
  }

  /// The answer to a browser that asks whether a script of another site may send a form.
  package func preflight(token: String, origin: String) async throws -> Answer? {
    let form = try await forms.open(token)
    guard form.origins.contains(origin) else { return nil }
    var answer = Answer(status: 204, body: .none)
    answer.headers = [
      ("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Methods", "GET, POST"),
      ("Access-Control-Allow-Headers", "Content-Type"), ("Access-Control-Max-Age", "600"), ("Vary", "Origin"),
    ]
    return answer
  }

  @Sendable private func receive(_ visit: Visit) async throws -> Answer {
    let token = visit.parameters["token"] ?? ""
    let form = try await forms.open(token)
    let origin = try foreignOrigin(form, visit)
    do {
      let answers = WebForm.Question.allCases.map { ($0, visit.fields[$0.rawValue] ?? "") }
      let entry = try WebFormEntry(
        Dictionary(answers, uniquingKeysWith: { first, _ in first }), trap: visit.fields[Self.trap] ?? "",
        opened: visit.fields[Self.opened] ?? (visit.face == .html && origin == nil ? "missing" : ""), for: form)
      _ = try await submissions.take(entry, token: token, origin: origin ?? "", address: visit.address)
    } catch let problem as Problem where visit.face == .html && [.invalid, .tooMany].contains(problem.kind) {
      let page = PublicFormPage(form: form, opened: try await submissions.opening(), visit: visit, problem: problem)
      return .page(page.html, status: problem.kind.status)
    }
    if visit.face == .json {
      return try allowing(.json(Receipt(received: true, thanks: form.thanks), status: 201), form, visit)
    }
    if let origin, !form.thanksPath.isEmpty, Address.isLocal(form.thanksPath) {
      var answer = Answer(status: 303, body: .none)
      answer.headers.append(("Location", origin + form.thanksPath))
      return answer
    }
    return .page(PublicThanksPage(form: form, visit: visit).html)
  }
}

/// A form as a visitor sees it.
struct PublicFormPage {
  let form: WebForm
  let opened: String
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.bare(
      title: form.title, viewer: visit.viewer,
      body: """
        \(when: !form.intro.isEmpty, "<p class=\"vc-lead vc-lines\">\(form.intro)</p>")\(Form(
          action: form.path, csrf: visit.viewer.csrf, submit: "Send", rows: rows,
          values: problem == nil ? [:] : visit.fields.dictionary, problems: problem.map { [$0] } ?? []))
        """)
  }

  private var rows: [Form.Row] {
    let asked = form.asks.map { Form.Row.field(field($0)) }
    let trap: HTML = """
      <div class="visually-hidden" aria-hidden="true"><label for="field-website">Leave this empty</label>\
      <input type="text" id="field-website" name="\(WebFormRoutes.trap)" tabindex="-1" autocomplete="off"></div>
      """
    return asked + [.html(trap), .field(Field(WebFormRoutes.opened, "", .hidden, value: opened))]
  }

  private func field(_ asked: WebForm.Asked) -> Field {
    let kinds: [WebForm.Question: (Field.Kind, String)] = [
      .company: (.text, "organization"), .person: (.text, "name"), .email: (.email, "email"),
      .phone: (.telephone, "tel"), .message: (.lines(5), "off"), .consent: (.checkbox, "off"),
    ]
    let (kind, autocomplete) = kinds[asked.question] ?? (.text, "off")
    return Field(
      asked.question.rawValue, asked.question == .consent ? form.consent : asked.question.word, kind,
      isRequired: asked.isRequired, autocomplete: autocomplete)
  }
}

/// What a visitor sees afterwards.
struct PublicThanksPage {
  let form: WebForm
  let visit: Visit

  var html: HTML {
    let thanks = form.thanks.isEmpty ? "Thank you. We will be in touch." : form.thanks
    return Shell.bare(
      title: form.title, viewer: visit.viewer, body: "<p class=\"vc-lead vc-lines\" role=\"status\">\(thanks)</p>")
  }
}
