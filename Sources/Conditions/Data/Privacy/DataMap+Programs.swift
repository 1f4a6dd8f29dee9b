import Kernel
import Store

extension DataMap {
  /// What other programs are told and what they bring.
  static var programs: [Table] {
    [
      table(
        "webhook", .settings, technical: "id name address kinds limits place created_at version",
        pseudonymous: "user_id", personal: "actor_name", secret: "secret",
        rules: [Rule(.user, .overwrite("actor_name = \(formerUser)")) { "user_id = \($0)" }]),
      table("webhook_pause", .settings, technical: "webhook_id reason at", acts: true),
      table(
        "webhook_delivery", .working,
        technical: "id webhook_id place kind is_replay state tries next_at created_at ended_at"),
      table(
        "webhook_try", .working, technical: "delivery_id number at milliseconds status problem", personal: "answer",
        mentions: [Mention(column: "answer", act: .overwrite("answer = ''"))]),
      table(
        "rule", .settings,
        technical: """
          id name noun occasion fields day_field days filter acts limits place last_day created_at version
          """.joinedLines,
        pseudonymous: "user_id", personal: "actor_name",
        rules: [Rule(.user, .overwrite("actor_name = \(formerUser)")) { "user_id = \($0)" }]),
      table("rule_pause", .settings, technical: "rule_id reason at", acts: true),
      // What a refusal quotes may be of the record.
      table(
        "rule_run", .working, technical: "id rule_id cause state version at", pseudonymous: "record_id",
        personal: "problem",
        rules: [PersonKind.customer, .contact].map { person in
          Rule(person, .overwrite("problem = ''")) { id in
            "record_id = \(id) AND rule_id IN (SELECT r.id FROM rule r WHERE r.noun = \(person.rawValue))"
          }
        }),
      table(
        "web_form", .settings,
        technical: """
          id token name title intro fields kind owners turn team_id tag thanks thanks_path origins purpose consent \
          consent_version created_at version
          """.joinedLines,
        pseudonymous: "user_id", personal: "actor_name",
        rules: [Rule(.user, .overwrite("actor_name = \(formerUser)")) { "user_id = \($0)" }]),
      table("web_form_closure", .settings, technical: "form_id at", acts: true),
      table(
        "web_form_submission", .dealings, technical: "id form_id at state consent_version consent origin",
        pseudonymous: "customer_id contact_id", personal: "company person email phone message address",
        rules: [
          Rule(.customer, .overwrite(wordless)) { "customer_id = \($0)" },
          Rule(.contact, .overwrite(wordless)) { "contact_id = \($0)" },
        ],
        mentions: [Mention(column: "person", act: .overwrite(wordless)), Mention(column: "message", act: .tell)],
        retention: .forms),
    ]
  }

  private static var wordless: Statement {
    "company = '', person = '', email = '', phone = '', message = '', address = ''"
  }
}
