import ELBEndpoint
import ELBModel
import KubernetesModel
import LoadBalancerState
import Logging
import NIOCore
import NIOPosix
import Testing

@Suite("The endpoint on a socket", .timeLimit(.minutes(1)))
struct ELBEndpointTests {
    /// Sends raw bytes to a running endpoint and reads until it closes.
    private func exchange(_ text: String, settings: ELBEndpoint.Settings) async throws -> String {
        let store = LoadBalancerStore(state: LoadBalancerState(), now: { Timestamp(seconds: 1_767_225_600) })
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let endpoint = ELBEndpoint(store: store, settings: settings, logger: Logger(label: "test")) { port in
            listening.yield(port)
        }
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await endpoint.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            let answer = try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: text))
                var received = ""
                for try await buffer in inbound { received += String(buffer: buffer) }
                return received
            }
            tasks.cancelAll()
            return answer
        }
    }

    @Test func `an unsigned call gets a refusal with content type and request id`() async throws {
        let body = "Action=DescribeLoadBalancers&Version=2015-12-01"
        let head = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        let answer = try await exchange(head + body, settings: ELBEndpoint.Settings())
        #expect(answer.hasPrefix("HTTP/1.1 403 "))
        let lowered = answer.lowercased()
        #expect(lowered.contains("content-type: text/xml\r\n"))
        #expect(lowered.contains("x-amzn-requestid: "))
        #expect(answer.contains("<Code>MissingAuthenticationToken</Code>"))
    }

    @Test func `latency holds the answer back`() async throws {
        var settings = ELBEndpoint.Settings()
        settings.verifiesSignatures = false
        settings.latency = .milliseconds(300)
        let start = ContinuousClock.now
        let answer = try await exchange(
            "GET /?Action=DescribeAccountLimits&Version=2015-12-01 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
            settings: settings)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(ContinuousClock.now - start >= .milliseconds(300))
    }

    @Test func `a port in use is named`() async throws {
        let taken = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        var settings = ELBEndpoint.Settings()
        settings.port = taken.localAddress?.port ?? 0
        let store = LoadBalancerStore(state: LoadBalancerState(), now: { Timestamp(seconds: 1_767_225_600) })
        let endpoint = ELBEndpoint(store: store, settings: settings, logger: Logger(label: "test"))
        let failure = await #expect(throws: EndpointListenFailure.self) { try await endpoint.run() }
        #expect(failure?.port == settings.port)
        #expect(failure?.description.contains("in use") == true)
        try await taken.close().get()
    }
}
