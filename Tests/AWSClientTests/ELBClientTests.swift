import AWSClient
import AWSSigning
import ControllerRuntime
import ELBModel
import KubernetesModel
import Logging
import Testing

private let tags = """
    <DescribeTagsResponse><DescribeTagsResult><TagDescriptions/></DescribeTagsResult></DescribeTagsResponse>
    """

private func refusal(_ code: String, _ message: String = "m") -> String {
    "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error></ErrorResponse>"
}

@Suite("Calling Elastic Load Balancing")
struct ELBClientTests {
    let clock = TestClock()
    let describeTags = ELBRequest.describeTags(ELBRequest.DescribeTags(resourceARNs: ["arn:x"]))

    func client(_ transport: ScriptedTransport, attemptsMax: Int = 3) throws -> ELBClient {
        let host = HostEnvironment(variables: ["AWS_ACCESS_KEY_ID": "weir", "AWS_SECRET_ACCESS_KEY": "s"]) { _ in nil }
        let options = AWSOptions(region: "us-east-1", endpointURL: "http://127.0.0.1:15999")
        return ELBClient(
            configuration: try AWSConfiguration(options: options, host: host), host: host, transport: transport,
            retry: RetryPolicy(attemptsMax: attemptsMax), clock: clock.runtime, logger: Logger(label: "test"))
    }

    @Test func `a call is a signed form`() async throws {
        let transport = ScriptedTransport([.answer(200, tags)])
        #expect(try await client(transport).call(describeTags) == .tags([]))
        let request = try #require(transport.requests.first)
        #expect(request.url == "http://127.0.0.1:15999/")
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body == "Action=DescribeTags&Version=2015-12-01&ResourceArns.member.1=arn%3Ax")
        let signable = SignableRequest(method: "POST", headers: request.headers, body: request.body)
        let header = try SignatureVerifier(secrets: ["weir": "s"]).verify(
            signable, services: ["elasticloadbalancing"],
            now: SigningTime(secondsSince1970: clock.runtime.now().secondsSinceEpoch))
        #expect(header.signedHeaders == ["content-type", "host", "x-amz-date"])
    }

    @Test(
        "throttling, server errors and lost connections are tried again",
        arguments: [
            ScriptedTransport.Step.answer(400, refusal("Throttling", "Rate exceeded")),
            .answer(400, refusal("ThrottlingException")), .answer(500, refusal("InternalFailure")),
            .answer(503, "<html>busy</html>"), .failure("reset", mayHaveArrived: true),
        ])
    func retried(step: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport([step, step, .answer(200, tags)])
        #expect(try await client(transport).call(describeTags) == .tags([]))
        #expect(transport.requests.count == 3)
        #expect(clock.sleeps.count >= 2)
    }

    @Test func `tries are bounded and the last refusal is thrown`() async throws {
        let transport = ScriptedTransport(Array(repeating: .answer(400, refusal("Throttling")), count: 9))
        let failure = await #expect(throws: ELBFailure.self) {
            let elb = try client(transport)
            _ = try await elb.call(describeTags)
        }
        #expect(failure?.code == .throttling)
        #expect(transport.requests.count == 3)
    }

    @Test func `other refusals are not tried again`() async throws {
        let transport = ScriptedTransport([.answer(400, refusal("RuleNotFound", "One or more rules not found"))])
        let failure = await #expect(throws: ELBFailure.self) {
            let elb = try client(transport)
            _ = try await elb.call(describeTags)
        }
        #expect(failure == ELBFailure(.ruleNotFound, "One or more rules not found"))
        #expect(transport.requests.count == 1)
    }

    @Test func `a rule whose deletion may have happened is not deleted twice`() async throws {
        let request = ELBRequest.deleteRule(ELBRequest.DeleteRule(arn: "arn:r"))
        let lost = ScriptedTransport([.failure("reset", mayHaveArrived: true)])
        let failure = await #expect(throws: ELBFailure.self) {
            let elb = try client(lost)
            _ = try await elb.call(request)
        }
        #expect(failure?.code == .unreachable)
        #expect(failure?.message.contains("http://127.0.0.1:15999/") == true)
        #expect(lost.requests.count == 1)
        let refused = ScriptedTransport([
            .failure("refused", mayHaveArrived: false),
            .answer(200, "<DeleteRuleResponse><DeleteRuleResult/></DeleteRuleResponse>"),
        ])
        #expect(try await client(refused).call(request) == .done)
    }

    @Test func `a clock which is off is corrected from the answer's date`() async throws {
        let expired = refusal("SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than …")
        let transport = ScriptedTransport([
            .answer(403, expired, ["Date": "Thu, 01 Jan 2026 02:00:00 GMT"]), .answer(200, tags),
        ])
        #expect(try await client(transport).call(describeTags) == .tags([]))
        let date = transport.requests.last?.headers.first { $0.name == "X-Amz-Date" }?.value
        #expect(date == "20260101T020000Z")
    }
}

@Suite("Waiting before another try")
struct RetryPolicyTests {
    @Test func `waits stay below a span which doubles up to the limit`() {
        let policy = RetryPolicy(base: .seconds(1), limit: .seconds(20))
        var generator = SystemRandomNumberGenerator()
        for attempt in 1...12 {
            let span = min(Duration.seconds(20), .seconds(1 << (attempt - 1)))
            let wait = policy.delay(after: attempt, using: &generator)
            #expect(wait >= .zero && wait <= span)
        }
    }
}
