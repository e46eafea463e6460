import AWSClient
import ControllerRuntime
import ELBModel
import KubernetesModel
import Logging
import Testing

@Suite("Pacing calls to AWS") struct CallPacerTests {
    private let clock = TestClock()
    private let read = ELBRequest.describeTags(ELBRequest.DescribeTags(resourceARNs: ["arn:x"]))

    @Test func `calls beyond the burst are sent at the published rate`() async throws {
        let pacer = CallPacer(clock: clock.runtime)
        let start = clock.runtime.now()
        for _ in 0..<132 { try await pacer.admit(read, lane: .verify) }
        let seconds = start.duration(to: clock.runtime.now()).inSeconds
        // 32 at once, a fifth of the burst is kept for others, and ten each second.
        #expect((9.9...10.1).contains(seconds))
    }

    @Test func `after a throttled answer the share of the limit is smaller`() async throws {
        let pacer = CallPacer(clock: clock.runtime)
        try await pacer.admit(read, lane: .verify)
        pacer.note(read, failure: ELBFailure(.throttling, "Rate exceeded"))
        let bucket = try #require(pacer.reading().first { $0.bucket == .reading })
        #expect(bucket.share < 0.75)
        #expect(bucket.tokens < 1)
    }

    @Test func `a cancelled call leaves its place`() async throws {
        let stuck = RuntimeClock(now: clock.runtime.now) { _ in throw CancellationError() }
        let pacer = CallPacer(budget: CallBudget(limits: [.reading: CallLimit(burst: 1, perSecond: 1)]), clock: stuck)
        try await pacer.admit(read, lane: .rollback)
        await #expect(throws: CancellationError.self) { try await pacer.admit(read, lane: .rollback) }
        clock.advance(by: .seconds(1))
        try await pacer.admit(read, lane: .rollback)
    }

    @Test func `an answer says when the request that got it was sent`() async throws {
        let refusal = "<ErrorResponse><Error><Code>Throttling</Code><Message>m</Message></Error></ErrorResponse>"
        let tags =
            "<DescribeTagsResponse><DescribeTagsResult><TagDescriptions/></DescribeTagsResult></DescribeTagsResponse>"
        let transport = ScriptedTransport([.answer(400, refusal), .answer(200, tags)])
        let host = HostEnvironment(variables: ["AWS_ACCESS_KEY_ID": "weir", "AWS_SECRET_ACCESS_KEY": "s"]) { _ in nil }
        let options = AWSOptions(region: "us-east-1", endpointURL: "http://127.0.0.1:15999")
        let client = ELBClient(
            configuration: try AWSConfiguration(options: options, host: host), host: host, transport: transport,
            clock: clock.runtime, logger: Logger(label: "test"))
        let start = clock.runtime.now()
        let answer = try await client.call(read, lane: .verify)
        let sentAt = try #require(answer.sentAt)
        #expect(sentAt > start)
        #expect(transport.requests.count == 2)
    }
}
