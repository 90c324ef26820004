# Đặt lịch chạy ntm mỗi sáng trên máy Windows (Task Scheduler). Mở PowerShell trong thư mục này rồi gõ:
#   powershell -ExecutionPolicy Bypass -File .\Dat-lich.ps1 [-Gio 06:00] [-Ky auto] [-Go]
# -Go bỏ lịch đã đặt. Lịch chạy bằng tài khoản đang dùng, chỉ khi tài khoản đó đã đăng nhập; máy tắt lúc đến giờ thì chạy bù.
# Schedules a run every morning; -Go removes it again.
param(
    [string]$Gio = '06:00',
    [string]$Ky = 'auto',
    [string]$Ten = 'Tong hop NTM',
    [switch]$Go
)
$ErrorActionPreference = 'Stop'
$thuMuc = Split-Path -Parent $MyInvocation.MyCommand.Path
$ntm = Join-Path $thuMuc 'ntm.exe'

if ($Go) {
    Unregister-ScheduledTask -TaskName $Ten -Confirm:$false
    Write-Host "Đã bỏ lịch “$Ten”."
    exit 0
}
if (-not (Test-Path $ntm)) { throw "Không thấy $ntm. Đặt Dat-lich.ps1 cùng thư mục với ntm.exe." }
if ($Ky -ne 'auto' -and $Ky -notmatch '^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$') { throw "Không hiểu kỳ báo cáo “$Ky”: viết auto, 2017-12, 2017-Q4, 2017-H2 hoặc 2017." }

$viec = New-ScheduledTaskAction -Execute $ntm -WorkingDirectory $thuMuc `
    -Argument "run --period $Ky --inbox inbox --data data --out out --log-format json"
$luc = New-ScheduledTaskTrigger -Daily -At $Gio
# Một lần chạy tại một thời điểm; quá một giờ thì dừng, bản công bố trước vẫn nguyên.
$cach = New-ScheduledTaskSettingsSet -StartWhenAvailable -DontStopIfGoingOnBatteries -AllowStartIfOnBatteries `
    -MultipleInstances IgnoreNew -ExecutionTimeLimit (New-TimeSpan -Hours 1)
Register-ScheduledTask -TaskName $Ten -Action $viec -Trigger $luc -Settings $cach -Force `
    -Description 'Tổng hợp báo cáo xã nông thôn mới của kỳ vừa kết thúc' | Out-Null
Write-Host "Đã đặt lịch “$Ten”: mỗi ngày lúc $Gio, kỳ $Ky."
Write-Host "Kết quả từng lần chạy: $(Join-Path $thuMuc 'data\runs') (.eml mở bằng Outlook để gửi)."
