import AWSClient
import AsyncHTTPClient
import Testing

@Suite("The transport over sockets", .timeLimit(.minutes(1)))
struct HTTPClientTransportTests {
    @Test func `a refused connection is told in words, as a request that cannot have arrived`() async throws {
        let client = HTTPClientTransport.makeClient()
        let transport = HTTPClientTransport(client: client)
        // Port 1 (tcpmux) of the loopback interface has no server.
        let request = AWSHTTPRequest(method: "POST", url: "http://127.0.0.1:1/", timeout: .seconds(5))
        let failure = await #expect(throws: AWSTransportFailure.self) { try await transport.send(request) }
        #expect(failure?.problem == "connection refused")
        #expect(failure?.mayHaveArrived == false)
        try await client.shutdown()
    }
}
