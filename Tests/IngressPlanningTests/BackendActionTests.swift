import ELBModel
import Testing

@testable import IngressPlanning

@Suite("The actions annotation") struct BackendActionTests {
    private func parse(_ text: String) throws(BuildProblem) -> BackendAction {
        try BackendAction(
            parsing: AnnotationEntry(key: "\(prefix)/actions.root", owner: "Ingress shop/web", text: text))
    }

    private func share(_ service: String, _ port: ServicePort, _ weight: Int?) -> WeightedBackend {
        WeightedBackend(target: .service(IngressBackend(service: service, port: port)), weight: weight)
    }

    @Test(
        "keys match without regard to case",
        arguments: [
            #"{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":"80","weight":7}]}}"#,
            #"{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"a","ServicePort":80,"Weight":7}]}}"#,
            #"{"TYPE":"forward","forwardconfig":{"targetgroups":[{"SERVICENAME":"a","servicePORT":"80","weighT":7}]}}"#,
            #"{"type":"forward","forwardConfig":{"unknown":1,"targetGroups":[{"serviceName":"a","servicePort":80,"weight":7,"targetGroupARN":null}]}}"#,
        ])
    func caseInsensitive(_ text: String) throws {
        #expect(try parse(text) == .forward([share("a", .number(80), 7)], stickiness: nil))
    }

    @Test func `weights and stickiness are read as Argo Rollouts writes them`() throws {
        let sticky = #","TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":3600}"#
        let action = try parse(weights(canary: 0, extra: sticky))
        let expected: BackendAction = .forward(
            [share("canary", .number(80), 0), share("stable", .number(80), 100)],
            stickiness: TargetGroupStickiness(isEnabled: true, durationSeconds: 3_600))
        #expect(action == expected)
    }

    @Test func `a group that somebody else made is named by its ARN`() throws {
        let arn: TargetGroupARN = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1"
        let short = try parse(#"{"type":"forward","targetGroupARN":"\#(arn)"}"#)
        let long = try parse(#"{"type":"forward","forwardConfig":{"targetGroups":[{"targetGroupARN":"\#(arn)"}]}}"#)
        #expect(short == .forward([WeightedBackend(target: .targetGroup(arn))], stickiness: nil))
        #expect(short == long)
    }

    @Test func `fixed responses and redirects`() throws {
        let fixed = try parse(
            #"{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"503","messageBody":"no"}}"#
        )
        #expect(fixed == .fixedResponse(FixedResponse(statusCode: 503, contentType: "text/plain", messageBody: "no")))
        let redirect = try parse(
            #"{"type":"redirect","redirectConfig":{"protocol":"HTTPS","port":"443","statusCode":"HTTP_301"}}"#)
        #expect(redirect == .redirect(Redirect(protocol: "HTTPS", port: "443", statusCode: .movedPermanently)))
    }

    struct Mistake: Sendable {
        var text: String
        var words: String
    }

    static let mistakes = [
        Mistake(text: "{", words: "not JSON"),
        Mistake(text: #"{"type":"forward",}"#, words: "character 19"),
        Mistake(text: "[]", words: "not an object"),
        Mistake(text: "{}", words: "unknown action type: none given"),
        Mistake(text: #"{"type":"teleport"}"#, words: "unknown action type: teleport"),
        Mistake(text: #"{"type":"forward"}"#, words: "missing ForwardConfig or TargetGroupARN/TargetGroupName"),
        Mistake(text: #"{"type":"forward","forwardConfig":{"targetGroups":[]}}"#, words: "no target group"),
        Mistake(
            text: #"{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a"}]}}"#,
            words: "forwardConfig.targetGroups[0]: missing servicePort"),
        Mistake(
            text:
                #"{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":80},{"serviceName":"b","servicePort":80,"weight":1}]}}"#,
            words: "weight must be set when route to multiple target groups"),
        Mistake(
            text:
                #"{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":80,"weight":"10"}]}}"#,
            words: "'\"10\"' is not a whole number"),
        Mistake(
            text:
                #"{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":80,"weight":1000}]}}"#,
            words: "1000 is not from 0 to 999"),
        Mistake(
            text: #"{"type":"forward","forwardConfig":{"targetGroups":[{"servicePort":80}]}}"#,
            words: "missing serviceName or targetGroupARN/targetGroupName"),
        Mistake(
            text: #"{"type":"forward","forwardConfig":{"targetGroups":[{"targetGroupName":"x"}]}}"#,
            words: "by name is not supported"),
        Mistake(
            text: #"{"type":"forward","targetGroupARN":"a","forwardConfig":{"targetGroups":[{"targetGroupARN":"b"}]}}"#,
            words: "either ForwardConfig or"),
        Mistake(
            text: weights(canary: 1, extra: #","TargetGroupStickinessConfig":{"Enabled":true}"#),
            words: "not from 1 to 604800"),
        Mistake(text: #"{"type":"fixed-response"}"#, words: "missing FixedResponseConfig"),
        Mistake(text: #"{"type":"fixed-response","fixedResponseConfig":{}}"#, words: "statusCode is required"),
        Mistake(
            text: #"{"type":"fixed-response","fixedResponseConfig":{"statusCode":503}}"#,
            words: "'503' is not a string"),
        Mistake(
            text: #"{"type":"fixed-response","fixedResponseConfig":{"statusCode":"302"}}"#,
            words: "'302' is not a status"),
        Mistake(text: #"{"type":"redirect"}"#, words: "missing RedirectConfig"),
        Mistake(
            text: #"{"type":"redirect","redirectConfig":{"statusCode":"301"}}"#, words: "'301' is not a redirect status"
        ),
    ]

    @Test("a mistake names the annotation, the value and what to do", arguments: mistakes)
    func mistake(_ one: Mistake) throws {
        let problem = try #require(throws: BuildProblem.self) { try parse(one.text) }
        #expect(problem.description.contains(one.words))
        #expect(problem.place == "annotation \(prefix)/actions.root of Ingress shop/web")
        #expect(problem.remedy.hasSuffix("."))
    }
}

@Suite("The conditions annotation") struct ConditionAnnotationTests {
    private func parse(_ text: String) throws(BuildProblem) -> ConditionAnnotation {
        try ConditionAnnotation(
            parsing: AnnotationEntry(key: "\(prefix)/conditions.root", owner: "Ingress shop/web", text: text))
    }

    @Test func `headers, methods, queries and sources keep their order; hosts and paths join the rule's`() throws {
        let text = """
            [{"field":"source-ip","sourceIpConfig":{"Values":["10.0.0.0/8"]}},
             {"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X","values":["a","b"]}},
             {"field":"host-header","hostHeaderConfig":{"Values":["b.example"]}},
             {"field":"query-string","queryStringConfig":{"values":[{"key":"v","value":"1"},{"value":"2"}]}},
             {"field":"http-request-method","httpRequestMethodConfig":{"Values":["GET"]}},
             {"field":"path-pattern","pathPatternConfig":{"values":["/x"]}},
             {"field":"from-the-future"}]
            """
        let parsed = try parse(text)
        let others: [RuleCondition] = [
            .sourceIP(["10.0.0.0/8"]), .httpHeader(name: "X", values: ["a", "b"]),
            .queryString([.init(key: "v", value: "1"), .init(value: "2")]), .httpRequestMethod(["GET"]),
        ]
        #expect(parsed.others == others)
        #expect(parsed.hosts == ["b.example"])
        #expect(parsed.paths == ["/x"])
    }

    @Test(
        "mistakes are named",
        arguments: [
            (#"{}"#, "not a list"), (#"[{"field":"host-header"}]"#, "missing hostHeaderConfig"),
            (#"[{"field":"path-pattern","pathPatternConfig":{}}]"#, "values or regexValues must be specified"),
            (#"[{"field":"path-pattern","pathPatternConfig":{"regexValues":["^/$"]}}]"#, "not supported yet"),
            (#"[{"field":"source-ip","sourceIPConfig":{"values":[]}}]"#, "values cannot be empty"),
            (#"[{"field":"query-string","queryStringConfig":{"values":[{"key":"a"}]}}]"#, "value cannot be empty"),
            (#"[{"field":"http-header","httpHeaderConfig":{"values":["a"]}}]"#, "missing httpHeaderName"),
        ])
    func mistake(_ text: String, _ words: String) throws {
        let problem = try #require(throws: BuildProblem.self) { try parse(text) }
        #expect(problem.description.contains(words))
    }
}
