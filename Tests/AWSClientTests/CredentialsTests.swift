import AWSClient
import AWSSigning
import KubernetesModel
import Testing

private let now = Timestamp(seconds: 1_767_225_600)

private func host(_ variables: [String: String], files: [String: String] = [:]) -> HostEnvironment {
    HostEnvironment(variables: variables.merging(["HOME": "/home/u"]) { $1 }) { files[$0] }
}

private func load(
    _ host: HostEnvironment, _ steps: [ScriptedTransport.Step] = []
) async throws -> (Credentials, [AWSHTTPRequest]) {
    let transport = ScriptedTransport(steps)
    let configuration = try AWSConfiguration(options: AWSOptions(region: "eu-west-1"), host: host)
    let chain = CredentialChain.standard(configuration, host: host, transport: transport)
    guard case .found(let credentials) = try await chain.load(now: now) else {
        throw CredentialFailure("absent")
    }
    return (credentials, transport.requests)
}

@Suite("Finding AWS credentials")
struct CredentialsTests {
    @Test func `the environment comes first`() async throws {
        let variables = [
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/t",
        ]
        let (credentials, requests) = try await load(host(variables))
        #expect(credentials.key == SigningKeyPair(accessKeyID: "A", secretAccessKey: "S", sessionToken: "T"))
        #expect(requests.isEmpty)
    }

    @Test func `half of a key pair is a mistake, not a reason to look on`() async {
        let failure = await #expect(throws: CredentialFailure.self) {
            try await load(host(["AWS_ACCESS_KEY_ID": "A"]))
        }
        #expect(failure?.description.contains("AWS_SECRET_ACCESS_KEY is not") == true)
    }

    @Test func `a profile's keys are found in the credentials file`() async throws {
        let file = "[default]\naws_access_key_id = D\naws_secret_access_key = SD\n"
        let (credentials, _) = try await load(host([:], files: ["/home/u/.aws/credentials": file]))
        #expect(credentials.key.accessKeyID == "D")
        #expect(credentials.origin.contains("profile 'default'"))
    }

    @Test func `a service account's token is exchanged for a role's keys`() async throws {
        let answer = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>
            <SecretAccessKey>s/+=</SecretAccessKey><SessionToken>tok</SessionToken>
            <Expiration>2026-01-01T01:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """
        let variables = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"]
        let (credentials, requests) = try await load(
            host(variables, files: ["/t": "jwt\n"]), [.failure("reset", mayHaveArrived: true), .answer(200, answer)])
        #expect(credentials.key == SigningKeyPair(accessKeyID: "ASIA1", secretAccessKey: "s/+=", sessionToken: "tok"))
        #expect(credentials.expiresAt == now.advanced(by: .seconds(3600)))
        #expect(requests.last?.url == "https://sts.eu-west-1.amazonaws.com/")
        let body = String(decoding: requests.last?.body ?? [], as: UTF8.self)
        #expect(body.contains("WebIdentityToken=jwt") && body.contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"))
        #expect(requests.last?.headers.contains { $0.name == "Authorization" } == false)
    }

    @Test func `a refused exchange names role and reason`() async {
        let refusal = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        let variables = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "role-x"]
        let failure = await #expect(throws: CredentialFailure.self) {
            try await load(host(variables, files: ["/t": "jwt"]), [.answer(403, refusal)])
        }
        #expect(failure?.description.contains("role 'role-x': AccessDenied: no") == true)
    }

    @Test func `the container endpoint is asked with the token of the moment`() async throws {
        let variables = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
        ]
        let answer = #"{"AccessKeyId":"C","SecretAccessKey":"S","Token":"T","Expiration":"2026-01-01T06:00:00Z"}"#
        let (credentials, requests) = try await load(
            host(variables, files: ["/token": "abc"]), [.answer(503, ""), .answer(200, answer)])
        #expect(credentials.key.sessionToken == "T")
        #expect(credentials.expiresAt == now.advanced(by: .seconds(6 * 3600)))
        #expect(requests.last?.headers.contains { $0.name == "Authorization" && $0.value == "abc" } == true)
    }

    @Test func `a container endpoint elsewhere in plain HTTP is refused`() async {
        let failure = await #expect(throws: CredentialFailure.self) {
            try await load(host(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/x"]))
        }
        #expect(failure?.description.contains("http://evil.example/x") == true)
    }

    @Test func `the instance's role is the last resort`() async throws {
        let answer = #"{"Code":"Success","AccessKeyId":"I","SecretAccessKey":"S","Token":"T"}"#
        let (credentials, requests) = try await load(
            host([:]), [.answer(200, "imds"), .answer(200, "node-role\n"), .answer(200, answer)])
        #expect(credentials.key.accessKeyID == "I")
        #expect(requests.map(\.method) == ["PUT", "GET", "GET"])
        #expect(requests.last?.url.hasSuffix("/security-credentials/node-role") == true)
    }

    @Test func `when there are none every place looked at is listed`() async {
        let failure = await #expect(throws: CredentialFailure.self) {
            try await load(host([:]), [.failure("no route", mayHaveArrived: false)])
        }
        let text = failure?.description ?? ""
        for part in ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "/home/u/.aws/config", "169.254.169.254"] {
            #expect(text.contains(part))
        }
    }
}

@Suite("Keeping AWS credentials")
struct CredentialCacheTests {
    private struct Counting: CredentialSource {
        let transport: ScriptedTransport
        let lifetime: Duration

        func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
            do throws(AWSTransportFailure) {
                let answer = try await transport.send(AWSHTTPRequest(method: "GET", url: "/", timeout: .zero))
                let key = SigningKeyPair(
                    accessKeyID: String(decoding: answer.body, as: UTF8.self), secretAccessKey: "s")
                return .found(Credentials(key: key, expiresAt: now.advanced(by: lifetime), origin: "test"))
            } catch {
                throw CredentialFailure(error.problem)
            }
        }
    }

    @Test func `keys are fetched once, again near their end, and kept while a refresh fails`() async throws {
        let transport = ScriptedTransport([
            .answer(200, "1"), .failure("down", mayHaveArrived: false), .failure("down", mayHaveArrived: false),
            .answer(200, "2"),
        ])
        let clock = TestClock()
        let cache = CredentialCache(
            source: Counting(transport: transport, lifetime: .seconds(3600)), clock: clock.runtime)
        #expect(try await cache.credentials().key.accessKeyID == "1")
        #expect(try await cache.credentials().key.accessKeyID == "1")
        #expect(transport.requests.count == 1)
        clock.advance(by: .seconds(46 * 60))
        #expect(try await cache.credentials().key.accessKeyID == "1")
        clock.advance(by: .seconds(5 * 60))
        await #expect(throws: CredentialFailure.self) { try await cache.credentials() }
        #expect(try await cache.credentials().key.accessKeyID == "2")
    }

    @Test func `concurrent callers share one fetch`() async throws {
        let transport = ScriptedTransport([.answer(200, "1")])
        let cache = CredentialCache(
            source: Counting(transport: transport, lifetime: .seconds(3600)), clock: TestClock().runtime)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await cache.credentials().key.accessKeyID } }
            for try await id in group { #expect(id == "1") }
        }
        #expect(transport.requests.count == 1)
    }
}
