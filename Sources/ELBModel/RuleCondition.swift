/// One condition of a rule: it holds when any of its values matches.
package enum RuleCondition: Equatable, Sendable {
    /// The request's host, case-insensitive, `*` and `?` are wildcards.
    case hostHeader([String])
    /// The path without query, case-sensitive, `*` and `?` are wildcards.
    case pathPattern([String])
    /// Any value of a header, case-insensitive, `*` and `?` are wildcards in values.
    case httpHeader(name: String, values: [String])
    /// The method, exactly.
    case httpRequestMethod([String])
    /// A query parameter, case-insensitive, `*` and `?` are wildcards, `\` escapes.
    case queryString([QueryParameterPattern])
    /// The peer's address in a CIDR block; forwarded addresses do not count.
    case sourceIP([String])
    /// A kind that is not known here; it never holds, and is refused when creating.
    case other(field: String)

    /// The field name on the wire.
    package var field: String {
        switch self {
        case .hostHeader: "host-header"
        case .pathPattern: "path-pattern"
        case .httpHeader: "http-header"
        case .httpRequestMethod: "http-request-method"
        case .queryString: "query-string"
        case .sourceIP: "source-ip"
        case .other(let field): field
        }
    }

    /// How many values may match; they count against the quota per rule.
    package var valueCount: Int {
        switch self {
        case .hostHeader(let values), .pathPattern(let values), .httpRequestMethod(let values), .sourceIP(let values),
            .httpHeader(name: _, let values):
            values.count
        case .queryString(let patterns): patterns.count
        case .other: 0
        }
    }
}

/// A query parameter to match; without a key any parameter's value may match.
package struct QueryParameterPattern: WireStructure, Hashable {
    /// The parameter's name; `nil` for any.
    package var key: String?
    /// The parameter's value.
    package var value: String

    /// Sets both.
    package init(key: String? = nil, value: String) {
        self.key = key
        self.value = value
    }

    /// To read into.
    package static var blank: QueryParameterPattern { QueryParameterPattern(value: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("Key", &key)
        wire.required("Value", &value)
    }
}

extension RuleCondition: WireStructure {
    /// To read into.
    package static var blank: RuleCondition { .other(field: "") }

    /// The wire names. Host and path values are written in both places that the API knows, and read from either.
    package mutating func map(_ wire: inout WireMapper) {
        var field = self.field
        wire.required("Field", &field)
        if wire.isReading {
            self = Self.read(field, &wire)
            return
        }
        switch self {
        case .hostHeader(let values):
            wire.write("Values", .list(values.map { .text($0) }))
            wire.write("HostHeaderConfig", Self.config(values))
        case .pathPattern(let values):
            wire.write("Values", .list(values.map { .text($0) }))
            wire.write("PathPatternConfig", Self.config(values))
        case .httpHeader(let name, let values):
            let fields = [
                WireField("HttpHeaderName", .text(name)), WireField("Values", .list(values.map { .text($0) })),
            ]
            wire.write("HttpHeaderConfig", .structure(fields))
        case .httpRequestMethod(let values):
            wire.write("HttpRequestMethodConfig", Self.config(values))
        case .queryString(let patterns):
            let list = WireValue.list(patterns.map { .structure($0.wireFields) })
            wire.write("QueryStringConfig", .structure([WireField("Values", list)]))
        case .sourceIP(let values):
            wire.write("SourceIpConfig", Self.config(values))
        case .other:
            break
        }
    }

    private static func config(_ values: [String]) -> WireValue {
        .structure([WireField("Values", .list(values.map { .text($0) }))])
    }

    private static func read(_ field: String, _ wire: inout WireMapper) -> RuleCondition {
        switch field {
        case "host-header": return values("HostHeaderConfig", &wire).map { .hostHeader($0) } ?? withRegex(field)
        case "path-pattern": return values("PathPatternConfig", &wire).map { .pathPattern($0) } ?? withRegex(field)
        case "http-request-method":
            return values("HttpRequestMethodConfig", &wire).map { .httpRequestMethod($0) } ?? withRegex(field)
        case "source-ip": return values("SourceIpConfig", &wire).map { .sourceIP($0) } ?? withRegex(field)
        case "http-header":
            var config = HeaderConfig()
            wire.field("HttpHeaderConfig", &config)
            return config.regexValues.isEmpty ? .httpHeader(name: config.name, values: config.values) : withRegex(field)
        case "query-string":
            var config = QueryStringConfig()
            wire.field("QueryStringConfig", &config)
            return .queryString(config.values)
        default: return .other(field: field)
        }
    }

    private static func withRegex(_ field: String) -> RuleCondition { .other(field: "\(field) with RegexValues") }

    /// The values of either form; `nil` when there are regular expressions, which are not known here.
    private static func values(_ name: String, _ wire: inout WireMapper) -> [String]? {
        var short: [String] = []
        var config = ValuesConfig()
        wire.field("Values", &short)
        wire.field(name, &config)
        if wire.has("RegexValues") || !config.regexValues.isEmpty { return nil }
        if !short.isEmpty, !config.values.isEmpty, short != config.values {
            wire.fail(
                .validation("'\(wire.location("values"))' and \(name) name different values. Give only one of them"))
        }
        return config.values.isEmpty ? short : config.values
    }
}

private struct ValuesConfig: WireStructure {
    var values: [String] = []
    var regexValues: [String] = []
    static var blank: Self { Self() }
    mutating func map(_ wire: inout WireMapper) {
        wire.field("Values", &values)
        wire.field("RegexValues", &regexValues)
    }
}

private struct HeaderConfig: WireStructure {
    var name = ""
    var values: [String] = []
    var regexValues: [String] = []
    static var blank: Self { Self() }
    mutating func map(_ wire: inout WireMapper) {
        wire.field("HttpHeaderName", &name)
        wire.field("Values", &values)
        wire.field("RegexValues", &regexValues)
    }
}

private struct QueryStringConfig: WireStructure {
    var values: [QueryParameterPattern] = []
    static var blank: Self { Self() }
    mutating func map(_ wire: inout WireMapper) {
        wire.field("Values", &values)
    }
}
