import AWSClient
import AWSSigning
import KubernetesModel
import Testing

private let now = Timestamp(seconds: 1_767_225_600)

private let role = "arn:aws:iam::123456789012:role/deploy"

private func assumed(_ id: String) -> String {
    """
    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>2026-01-01T01:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
    """
}

@Suite("Credentials of a profile") struct ProfileCredentialsTests {
    private func load(
        config: String, files: [String: String] = [:], variables: [String: String] = [:],
        _ steps: [ScriptedTransport.Step] = [], prints: String? = nil
    ) async throws -> (Credentials, [AWSHTTPRequest]) {
        let transport = ScriptedTransport(steps)
        let all = files.merging(["/home/u/.aws/config": config]) { $1 }
        var host = HostEnvironment(
            variables: variables.merging(["HOME": "/home/u", "AWS_PROFILE": "dev"]) { $1 }, readFile: { all[$0] })
        if let prints { host.runCommand = { _ in Array(prints.utf8) } }
        let configuration = try AWSConfiguration(options: AWSOptions(region: "eu-west-1"), host: host)
        let source = ProfileCredentials(configuration, host: host, transport: transport)
        switch try await source.load(now: now) {
        case .found(let credentials): return (credentials, transport.requests)
        case .absent(let reason): throw CredentialFailure(reason)
        }
    }

    @Test func `a role is assumed with the keys of another profile, in a signed call`() async throws {
        let config = """
            [profile dev]
            role_arn = \(role)
            source_profile = base
            external_id = ext
            duration_seconds = 900
            [profile base]
            aws_access_key_id = BASE
            aws_secret_access_key = secret
            """
        let (credentials, requests) = try await load(config: config, [.answer(200, assumed("ASIA"))])
        #expect(credentials.key.accessKeyID == "ASIA")
        #expect(credentials.expiresAt == now.advanced(by: .seconds(3_600)))
        #expect(credentials.origin.contains(role) && credentials.origin.contains("profile 'base'"))
        let request = try #require(requests.first)
        #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
        let signable = SignableRequest(method: "POST", headers: request.headers, body: request.body)
        _ = try SignatureVerifier(secrets: ["BASE": "secret"]).verify(
            signable, services: ["sts"], now: SigningTime(secondsSince1970: now.secondsSinceEpoch))
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body.contains("Action=AssumeRole") && body.contains("ExternalId=ext"))
        #expect(body.contains("DurationSeconds=900"))
    }

    @Test func `roles are assumed in a chain`() async throws {
        let config = """
            [profile dev]
            role_arn = arn:aws:iam::1:role/second
            source_profile = first
            [profile first]
            role_arn = arn:aws:iam::1:role/first
            credential_source = Environment
            """
        let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"]
        let (credentials, requests) = try await load(
            config: config, variables: keys, [.answer(200, assumed("ONE")), .answer(200, assumed("TWO"))])
        #expect(credentials.key.accessKeyID == "TWO")
        let bodies = requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.map { $0.contains("role%2Ffirst") } == [true, false])
    }

    @Test func `profiles that are each other's source are refused`() async {
        let config = """
            [profile dev]
            role_arn = \(role)
            source_profile = other
            [profile other]
            role_arn = \(role)
            source_profile = dev
            """
        let failure = await #expect(throws: CredentialFailure.self) { try await load(config: config) }
        #expect(failure?.description.contains("sources of each other") == true)
    }

    @Test func `a profile that is its own source uses its own keys`() async throws {
        let config = """
            [profile dev]
            role_arn = \(role)
            source_profile = dev
            aws_access_key_id = OWN
            aws_secret_access_key = s
            """
        let (credentials, requests) = try await load(config: config, [.answer(200, assumed("ASIA"))])
        #expect(credentials.key.accessKeyID == "ASIA")
        #expect(requests.count == 1)
    }

    @Test func `a refused role is told with its reason`() async {
        let config =
            "[profile dev]\nrole_arn = \(role)\nsource_profile = dev\naws_access_key_id = A\n"
            + "aws_secret_access_key = s\n"
        let refusal = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        let failure = await #expect(throws: CredentialFailure.self) {
            try await load(config: config, [.answer(403, refusal)])
        }
        #expect(failure?.description.contains("refused AssumeRole: AccessDenied: no") == true)
    }

    @Test func `a program prints keys with their end`() async throws {
        let output = """
            {"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "s", "SessionToken": "t",
             "Expiration": "2026-01-01T02:00:00Z"}
            """
        let (credentials, _) = try await load(
            config: "[profile dev]\ncredential_process = /opt/keys --role x\n", prints: output)
        #expect(credentials.key == SigningKeyPair(accessKeyID: "P", secretAccessKey: "s", sessionToken: "t"))
        #expect(credentials.expiresAt == now.advanced(by: .seconds(7_200)))
    }

    @Test(arguments: ["not JSON", #"{"Version": 2, "AccessKeyId": "P", "SecretAccessKey": "s"}"#])
    func `a program that prints something else is named`(output: String) async {
        let failure = await #expect(throws: CredentialFailure.self) {
            try await load(config: "[profile dev]\ncredential_process = /opt/keys\n", prints: output)
        }
        #expect(failure?.description.contains("/opt/keys") == true)
    }

    @Test func `the token of a single sign-on is exchanged for keys`() async throws {
        let config = """
            [profile dev]
            sso_session = corp
            sso_account_id = 123456789012
            sso_role_name = reader
            [sso-session corp]
            sso_start_url = https://corp.awsapps.com/start
            sso_region = us-east-1
            """
        // The file is named by the SHA-1 of "corp".
        let path = "/home/u/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
        let token = #"{"accessToken": "bearer", "expiresAt": "2026-01-01T01:00:00Z"}"#
        let answer = """
            {"roleCredentials": {"accessKeyId": "SSO", "secretAccessKey": "s", "sessionToken": "t",
             "expiration": 1767229200000}}
            """
        let files = [path: token]
        let (credentials, requests) = try await load(config: config, files: files, [.answer(200, answer)])
        #expect(credentials.key.accessKeyID == "SSO")
        #expect(credentials.expiresAt == now.advanced(by: .seconds(3_600)))
        let request = try #require(requests.first)
        let query = "role_name=reader&account_id=123456789012"
        #expect(request.url == "https://portal.sso.us-east-1.amazonaws.com/federation/credentials?\(query)")
        #expect(request.headers.contains { $0.name == "x-amz-sso_bearer_token" && $0.value == "bearer" })
    }

    @Test func `without a token the command that gets one is named`() async {
        let config = """
            [profile dev]
            sso_start_url = https://corp.awsapps.com/start
            sso_region = us-east-1
            sso_account_id = 1
            sso_role_name = reader
            """
        let failure = await #expect(throws: CredentialFailure.self) { try await load(config: config) }
        #expect(failure?.description.contains("aws sso login --profile dev") == true)
    }

    @Test func `the region comes from the instance when nothing else says it`() async throws {
        let transport = ScriptedTransport([.answer(200, "token"), .answer(200, "ap-south-1")])
        let host = HostEnvironment(variables: ["HOME": "/home/u"]) { _ in nil }
        let configuration = try await AWSConfiguration.load(options: AWSOptions(), host: host, transport: transport)
        #expect(configuration.region == "ap-south-1")
        #expect(transport.requests.map(\.method) == ["PUT", "GET"])
        #expect(transport.requests.last?.url == "http://169.254.169.254/latest/meta-data/placement/region")
    }

    @Test func `where there is no instance the places that were looked at are named`() async {
        let transport = ScriptedTransport([.failure("no route", mayHaveArrived: false)])
        let host = HostEnvironment(variables: ["HOME": "/home/u"]) { _ in nil }
        let problem = await #expect(throws: AWSConfigurationProblem.self) {
            try await AWSConfiguration.load(options: AWSOptions(), host: host, transport: transport)
        }
        #expect(problem?.description.contains("AWS_REGION") == true)
    }
}
