import AWSClient
import ControllerRuntime
import KubernetesModel
import Synchronization

/// A transport which answers from a list and keeps what it was sent.
final class ScriptedTransport: AWSTransport {
    enum Step: Sendable {
        case answer(Int, String, [String: String])
        case failure(String, mayHaveArrived: Bool)

        static func answer(_ status: Int, _ body: String) -> Step { .answer(status, body, [:]) }
    }

    private let state: Mutex<(steps: [Step], requests: [AWSHTTPRequest])>

    init(_ steps: [Step]) {
        state = Mutex((steps, []))
    }

    var requests: [AWSHTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: AWSHTTPRequest) async throws(AWSTransportFailure) -> AWSHTTPResponse {
        let step = state.withLock { state -> Step in
            state.requests.append(request)
            return state.steps.isEmpty
                ? .failure("the script has ended", mayHaveArrived: false) : state.steps.removeFirst()
        }
        switch step {
        case .answer(let status, let body, let headers):
            let list = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            return AWSHTTPResponse(status: status, headers: list, body: Array(body.utf8))
        case .failure(let problem, let mayHaveArrived):
            throw AWSTransportFailure(problem: problem, mayHaveArrived: mayHaveArrived)
        }
    }
}

/// A clock which stands still but for its sleeps.
final class TestClock: Sendable {
    private let state: Mutex<(now: Timestamp, sleeps: [Duration])>

    init(_ now: Timestamp = Timestamp(seconds: 1_767_225_600)) {
        state = Mutex((now, []))
    }

    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by duration: Duration) {
        state.withLock { $0.now = $0.now.advanced(by: duration) }
    }

    var runtime: RuntimeClock {
        RuntimeClock(now: { self.state.withLock { $0.now } }) { duration in
            self.state.withLock {
                $0.sleeps.append(duration)
                $0.now = $0.now.advanced(by: duration)
            }
        }
    }
}
